#pragma once

#include <caf/error.hpp>
#include <caf/sec.hpp>
#include <caf/typed_response_promise.hpp>
#include <memory>
#include <utility>

namespace mnrt::actors {

/// The answer to a request that a role has taken and not given yet. CAF drops a promise without a word; this
/// one, dropped as its role ends, tells who asked sec::request_receiver_down, as requests still in the
/// mailbox are told. Who waits needn't wait for its time-out. Only the role's state and its response
/// handlers hold it: the answer goes out on whatever thread drops it last.
template <class Reply>
using OwedAnswer = std::shared_ptr<caf::typed_response_promise<Reply>>;

template <class Reply>
OwedAnswer<Reply> owed(caf::typed_response_promise<Reply> promise) {
  return {new caf::typed_response_promise<Reply>(std::move(promise)),
          [](caf::typed_response_promise<Reply>* dropped) {
            if (dropped->pending()) dropped->deliver(caf::make_error(caf::sec::request_receiver_down));
            delete dropped;
          }};
}

}  // namespace mnrt::actors
