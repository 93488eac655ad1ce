#pragma once

#include <utility>

namespace mnrt::policies {

/// A value whose signatures hold. Only the functions of policies/crypto/ make one, so holding it is the proof.
template <class T>
class Verified {
 public:
  const T& operator*() const { return value_; }
  const T* operator->() const { return &value_; }
  const T& value() const& { return value_; }
  T value() && { return std::move(value_); }

 private:
  friend struct VerifiedAccess;
  explicit Verified(T value) : value_(std::move(value)) {}
  T value_;
};

}  // namespace mnrt::policies
