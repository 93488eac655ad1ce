#include "runtime/gateway/network.hpp"

#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <cstring>
#include <thread>
#include <type_traits>
#include <vector>

namespace mnrt::runtime {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Unix = asio::local::stream_protocol;
using Error = boost::system::error_code;
using std::chrono::milliseconds;

constexpr milliseconds handshake_timeout{10'000};
constexpr milliseconds linger_timeout{2'000};
constexpr milliseconds accept_pause{100};
constexpr unsigned char tls_handshake_record = 0x16;

// --- timers
// ----------------------------------------------------------------------------------------------------------

class AsioTimer final : public Timer {
 public:
  AsioTimer(asio::io_context& io, milliseconds delay, std::function<void()> task) : timer_(io, delay) {
    timer_.async_wait([task = std::move(task)](Error error) {
      if (!error) task();
    });
  }

 private:
  asio::steady_timer timer_;
};

class AsioLoop final : public Loop {
 public:
  void post(std::function<void()> task) override { asio::post(io, std::move(task)); }
  std::unique_ptr<Timer> after(milliseconds delay, std::function<void()> task) override {
    return std::make_unique<AsioTimer>(io, delay, std::move(task));
  }
  std::chrono::steady_clock::time_point now() const override { return std::chrono::steady_clock::now(); }
  asio::io_context io{1};
};

// --- transports
// ------------------------------------------------------------------------------------------------------

/// Counts itself while it lives.
class Counted {
 public:
  explicit Counted(std::shared_ptr<std::atomic<std::uint64_t>> count) : count_(std::move(count)) {
    ++*count_;
  }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted() { --*count_; }

 private:
  std::shared_ptr<std::atomic<std::uint64_t>> count_;
};

/// A socket that outlives its transport while operations are open.
template <class Stream>
struct Link : std::enable_shared_from_this<Link<Stream>> {
  static constexpr bool is_tls = std::is_same_v<Stream, asio::ssl::stream<tcp::socket>>;

  template <class... Args>
  explicit Link(std::shared_ptr<std::atomic<std::uint64_t>> count, asio::io_context& io, Args&&... args)
      : stream(std::forward<Args>(args)...), linger(io), counted(std::move(count)) {}

  auto& socket() { return stream.lowest_layer(); }

  void close_now() {
    Error ignored;
    linger.cancel();
    socket().close(ignored);
  }

  /// Says goodbye and reads on for a while: to close with bytes unread would reset the connection, and the
  /// client might never see the answer that told it why.
  void close() {
    if (closing) return;
    closing = true;
    if (writing) return close_now();
    linger.expires_after(linger_timeout);
    linger.async_wait([me = this->shared_from_this()](Error error) {
      if (!error) me->close_now();
    });
    if constexpr (is_tls) {
      if (!reading)
        return stream.async_shutdown([me = this->shared_from_this()](Error) { me->half_close(); });
    }
    half_close();
  }

  void half_close() {
    Error ignored;
    socket().shutdown(asio::socket_base::shutdown_send, ignored);
    if (!reading) discard();
  }

  void discard() {
    socket().async_wait(asio::socket_base::wait_read, [me = this->shared_from_this()](Error error) {
      std::array<char, 16'384> bytes;
      const auto count =
          error ? -1 : ::recv(me->socket().native_handle(), bytes.data(), bytes.size(), MSG_DONTWAIT);
      if (count > 0) return me->discard();
      me->close_now();
    });
  }

  Stream stream;
  asio::steady_timer linger;
  Counted counted;
  bool reading{};
  bool writing{};
  bool closing{};
};

template <class Stream>
class SocketTransport final : public Transport {
 public:
  explicit SocketTransport(std::shared_ptr<Link<Stream>> link) : link_(std::move(link)) {}
  ~SocketTransport() override {
    if (!link_->closing) link_->close_now();
  }

  void read(std::span<char> into, std::function<void(std::error_code, std::size_t)> done) override {
    link_->reading = true;
    link_->stream.async_read_some(asio::buffer(into.data(), into.size()),
                                  [link = link_, done = std::move(done)](Error error, std::size_t bytes) {
                                    link->reading = false;
                                    if (link->closing && link->socket().is_open()) link->discard();
                                    done(error, bytes);
                                  });
  }

  void write(std::string bytes, std::function<void(std::error_code)> done) override {
    link_->writing = true;
    auto text = std::make_shared<const std::string>(std::move(bytes));
    asio::async_write(link_->stream, asio::buffer(*text),
                      [link = link_, text, done = std::move(done)](Error error, std::size_t) {
                        link->writing = false;
                        done(error);
                      });
  }

  void close() override { link_->close(); }

 private:
  std::shared_ptr<Link<Stream>> link_;
};

using PlainLink = Link<tcp::socket>;
using TlsLink = Link<asio::ssl::stream<tcp::socket>>;
using UnixLink = Link<Unix::socket>;

// --- listeners
// -------------------------------------------------------------------------------------------------------

/// What listeners share.
struct Shared {
  std::shared_ptr<AsioLoop> loop;
  std::shared_ptr<std::atomic<std::uint64_t>> count{std::make_shared<std::atomic<std::uint64_t>>(0)};
  std::uint64_t connections_max{};
  std::shared_ptr<asio::ssl::context> tls;
};

/// Accepts until it is closed. Out of descriptors it waits and tries again: the server must outlive a flood.
template <class Protocol>
class Acceptor : public std::enable_shared_from_this<Acceptor<Protocol>> {
 public:
  Acceptor(Shared& shared, std::function<void(typename Protocol::socket)> take)
      : shared_(shared), acceptor_(shared.loop->io), pause_(shared.loop->io), take_(std::move(take)) {}

  auto& socket() { return acceptor_; }

  void accept() {
    acceptor_.async_accept([me = this->shared_from_this()](Error error, typename Protocol::socket socket) {
      if (!me->acceptor_.is_open()) return;
      if (error) {
        me->pause_.expires_after(accept_pause);
        return me->pause_.async_wait([me](Error cancelled) {
          if (!cancelled) me->accept();
        });
      }
      // Over the limit: closed at once, before it costs a handshake.
      if (*me->shared_.count < me->shared_.connections_max) me->take_(std::move(socket));
      me->accept();
    });
  }

  void close() {
    Error ignored;
    acceptor_.close(ignored);
    pause_.cancel();
  }

 private:
  Shared& shared_;
  typename Protocol::acceptor acceptor_;
  asio::steady_timer pause_;
  std::function<void(typename Protocol::socket)> take_;
};

ClientFacts facts_of(const tcp::socket& socket, Door door) {
  ClientFacts facts;
  facts.door = door;
  Error error;
  const auto remote = socket.remote_endpoint(error).address();
  auto address = remote;
  if (remote.is_v6() && remote.to_v6().is_v4_mapped())
    address = asio::ip::make_address_v4(asio::ip::v4_mapped, remote.to_v6());
  facts.peer = address.to_string();
  facts.loopback = !error && address.is_loopback();
  return facts;
}

void shake_hands(std::shared_ptr<TlsLink> link, ClientFacts facts, const Network::Accepted& accepted) {
  link->linger.expires_after(handshake_timeout);
  link->linger.async_wait([link](Error error) {
    if (!error) link->close_now();
  });
  link->stream.async_handshake(
      asio::ssl::stream_base::server, [link, facts = std::move(facts), accepted](Error error) mutable {
        link->linger.cancel();
        if (error || !link->socket().is_open()) return link->close_now();
        facts.encrypted = true;
        accepted(std::make_unique<SocketTransport<asio::ssl::stream<tcp::socket>>>(link), std::move(facts));
      });
}

/// Waits for the first byte: a TLS record starts a handshake, anything else gets a plain answer.
void greet(Shared& shared, tcp::socket socket, ClientFacts facts, const Network::Accepted& accepted) {
  auto link = std::make_shared<PlainLink>(shared.count, shared.loop->io, std::move(socket));
  link->linger.expires_after(handshake_timeout);
  link->linger.async_wait([link](Error error) {
    if (!error) link->close_now();
  });
  link->stream.async_wait(
      tcp::socket::wait_read, [&shared, link, facts = std::move(facts), accepted](Error error) mutable {
        link->linger.cancel();
        unsigned char first{};
        if (error || !link->socket().is_open() ||
            ::recv(link->socket().native_handle(), &first, 1, MSG_PEEK | MSG_DONTWAIT) != 1)
          return link->close_now();
        if (first != tls_handshake_record) {
          facts.plain_on_tls = true;
          return accepted(std::make_unique<SocketTransport<tcp::socket>>(link), std::move(facts));
        }
        shake_hands(
            std::make_shared<TlsLink>(shared.count, shared.loop->io, std::move(link->stream), *shared.tls),
            std::move(facts), accepted);
      });
}

bool is_own_user(const Unix::socket& socket) {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  auto& mutable_socket = const_cast<Unix::socket&>(socket);
  if (::getsockopt(mutable_socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0)
    return false;
  return credentials.uid == ::geteuid() || credentials.uid == 0;
}

std::string listen_error(const Network::TcpListener& listener, const Error& error) {
  const auto where = "port " + std::to_string(listener.port) + " of " + listener.address;
  const auto key = std::string{listener.key};
  if (error == asio::error::address_in_use)
    return where + " is in use: stop what listens there, or set " + key + " to another port.";
  if (error == asio::error::access_denied)
    return where + " needs privileges that this user hasn't: set " + key + " to a port above 1023.";
  if (error.value() == EADDRNOTAVAIL)
    return listener.address + " is no address of this machine: correct server.listen_address.";
  return "can't listen on " + where + ": " + error.message() + ".";
}

}  // namespace

struct Network::Impl {
  Shared shared;
  std::vector<std::shared_ptr<Acceptor<tcp>>> tcp_acceptors;
  std::shared_ptr<Acceptor<Unix>> unix_acceptor;
  std::filesystem::path unix_path;
  std::thread thread;
};

Network::Network(std::uint64_t connections_max) : impl_(std::make_unique<Impl>()) {
  impl_->shared.loop = std::make_shared<AsioLoop>();
  impl_->shared.connections_max = connections_max;
}

Network::~Network() {
  stop();
}

std::shared_ptr<Loop> Network::loop() const {
  return impl_->shared.loop;
}

std::uint64_t Network::connections() const {
  return *impl_->shared.count;
}

std::expected<void, std::string> Network::use_certificate(const std::filesystem::path& certificate,
                                                          const std::filesystem::path& key) {
  auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
  Error error;
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_3_VERSION);
  context->use_certificate_chain_file(certificate.string(), error);
  if (error)
    return std::unexpected("the certificate " + certificate.string() + " can't be read: " + error.message() +
                           ".");
  context->use_private_key_file(key.string(), asio::ssl::context::pem, error);
  if (error || SSL_CTX_check_private_key(context->native_handle()) != 1)
    return std::unexpected("the key " + key.string() + " can't be read, or isn't the certificate's.");
  impl_->shared.tls = std::move(context);
  return {};
}

std::expected<std::uint16_t, std::string> Network::listen(const TcpListener& listener, Accepted accepted) {
  Error error;
  const auto address = asio::ip::make_address(listener.address, error);
  if (error) return std::unexpected("`" + listener.address + "` is no IPv4 or IPv6 address.");
  const tcp::endpoint endpoint(address, listener.port);
  auto take = [this, listener, accepted = std::move(accepted)](tcp::socket socket) {
    Error ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    auto facts = facts_of(socket, listener.door);
    if (listener.tls) return greet(impl_->shared, std::move(socket), std::move(facts), accepted);
    auto link = std::make_shared<PlainLink>(impl_->shared.count, impl_->shared.loop->io, std::move(socket));
    accepted(std::make_unique<SocketTransport<tcp::socket>>(std::move(link)), std::move(facts));
  };
  auto acceptor = std::make_shared<Acceptor<tcp>>(impl_->shared, std::move(take));
  auto& socket = acceptor->socket();
  socket.open(endpoint.protocol(), error);
  if (!error) socket.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) socket.bind(endpoint, error);
  if (!error) socket.listen(asio::socket_base::max_listen_connections, error);
  if (error) return std::unexpected(listen_error(listener, error));
  const auto port = socket.local_endpoint(error).port();
  acceptor->accept();
  impl_->tcp_acceptors.push_back(std::move(acceptor));
  return port;
}

std::expected<void, std::string> Network::listen(const std::filesystem::path& path, Accepted accepted) {
  const auto failed = [&](const std::string& why) {
    return std::unexpected("the administration socket " + path.string() + " can't be opened: " + why);
  };
  if (path.string().size() > 107)
    return failed(
        "its path is longer than the 107 characters that Unix sockets may have; use a shorter data "
        "directory.");
  Error error;
  Unix::socket probe(impl_->shared.loop->io);
  probe.connect(Unix::endpoint(path.string()), error);
  if (!error) return failed("another node uses this data directory; stop it first.");
  ::unlink(path.c_str());
  auto take = [this, accepted = std::move(accepted)](Unix::socket socket) {
    if (!is_own_user(socket)) return;
    auto link = std::make_shared<UnixLink>(impl_->shared.count, impl_->shared.loop->io, std::move(socket));
    accepted(std::make_unique<SocketTransport<Unix::socket>>(std::move(link)),
             {.peer = {}, .loopback = true, .door = Door::admin});
  };
  auto acceptor = std::make_shared<Acceptor<Unix>>(impl_->shared, std::move(take));
  auto& socket = acceptor->socket();
  socket.open(Unix(), error);
  // Never open to others, not even between bind and chmod.
  const auto mask = ::umask(0177);
  if (!error) socket.bind(Unix::endpoint(path.string()), error);
  ::umask(mask);
  if (!error) socket.listen(asio::socket_base::max_listen_connections, error);
  if (error) return failed(error.message() + ". Check the owner and mode of the data directory.");
  acceptor->accept();
  impl_->unix_acceptor = std::move(acceptor);
  impl_->unix_path = path;
  return {};
}

void Network::start() {
  impl_->thread = std::thread([loop = impl_->shared.loop] {
    const auto open = asio::make_work_guard(loop->io);
    loop->io.run();
  });
}

void Network::stop_listening() {
  for (auto& acceptor : impl_->tcp_acceptors) acceptor->close();
  if (impl_->unix_acceptor) {
    impl_->unix_acceptor->close();
    ::unlink(impl_->unix_path.c_str());
  }
}

void Network::stop() {
  impl_->shared.loop->io.stop();
  if (impl_->thread.joinable()) impl_->thread.join();
}

}  // namespace mnrt::runtime
