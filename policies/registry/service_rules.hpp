#pragma once

#include <cstdint>
#include <string_view>

#include "policies/ledger/operation.hpp"

namespace mnrt::policies {

/// A service that lives shorter would be renewed more often than it is looked at.
inline constexpr std::uint32_t service_ttl_seconds_min = 30;

/// Whether a service's fields are within their rules: id 1–64 and kind 1–32 of [a-z0-9.-], version up to 32
/// printable ASCII characters, 1–4 distinct endpoints, up to 16 labels `key=value` of up to 128 printable
/// ASCII characters with distinct keys of [a-z0-9._-], at least 30 s to live. The longest life is a parameter
/// of the chain.
bool is_well_formed(const RegisterService& service);

/// The first of these rules that the service breaks, for people; empty: it is well-formed.
std::string_view fault_of(const RegisterService& service);

}  // namespace mnrt::policies
