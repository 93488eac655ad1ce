#include "runtime/cli/connection.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace mnrt::runtime {

using Kind = ApiError::Kind;

namespace {

std::unexpected<ApiError> failed(Kind kind, std::string text) {
  return std::unexpected(ApiError{kind, std::move(text)});
}

int open_unix(const std::string& file) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (file.size() >= sizeof(address.sun_path)) {
    errno = ENAMETOOLONG;
    return -1;
  }
  std::memcpy(address.sun_path, file.data(), file.size());
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd >= 0 && connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
    int error = errno;
    close(fd);
    errno = error;
    return -1;
  }
  if (fd >= 0) fcntl(fd, F_SETFL, O_NONBLOCK);
  return fd;
}

std::string tls_errors() {
  std::array<char, 256> text{};
  auto code = ERR_get_error();
  if (code == 0) return "the other side broke off";
  ERR_error_string_n(code, text.data(), text.size());
  const char* reason = ERR_reason_error_string(code);
  ERR_clear_error();
  return reason ? reason : text.data();
}

bool is_ip_address(const std::string& host) {
  std::array<unsigned char, 16> bytes;
  return inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
         inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

}  // namespace

Connection::~Connection() {
  if (tls_) SSL_shutdown(tls_.get());
  if (fd_ >= 0) close(fd_);
}

std::expected<void, ApiError> Connection::wait_for(short events) {
  while (true) {
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - Clock::now()).count();
    if (left <= 0) return failed(Kind::timed_out, fmt::format("{} didn't answer in time", name_));
    pollfd one{.fd = fd_, .events = events, .revents = 0};
    int ready = poll(&one, 1, static_cast<int>(std::min<std::int64_t>(left, 60'000)));
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR)
      return failed(Kind::broken, fmt::format("{}: {}", name_, std::strerror(errno)));
  }
}

std::expected<std::unique_ptr<Connection>, ApiError> Connection::open(const ApiAddress& address,
                                                                      const std::string& ca_file,
                                                                      Clock::time_point deadline) {
  if (address.scheme == ApiAddress::Scheme::unix_socket) {
    int fd = open_unix(address.host);
    if (fd < 0)
      return failed(Kind::unreachable, fmt::format("no node answers at {}: {}; is it running as this user?",
                                                   address.host, std::strerror(errno)));
    return std::unique_ptr<Connection>(new Connection(fd, deadline, address.host));
  }
  auto name = fmt::format("{}:{}", address.host, address.port);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (int error = getaddrinfo(address.host.c_str(), address.port.c_str(), &hints, &found); error != 0)
    return failed(Kind::unreachable,
                  fmt::format("{} is no known host: {}", address.host, gai_strerror(error)));
  std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> all(found, freeaddrinfo);
  int last_error = 0;
  for (auto* one = all.get(); one; one = one->ai_next) {
    int fd = socket(one->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, one->ai_protocol);
    if (fd < 0) continue;
    std::unique_ptr<Connection> connection(new Connection(fd, deadline, name));
    last_error = connect(fd, one->ai_addr, one->ai_addrlen) == 0 ? 0 : errno;
    if (last_error == EINPROGRESS) {
      if (auto waited = connection->wait_for(POLLOUT); !waited) return std::unexpected(waited.error());
      socklen_t size = sizeof(last_error);
      getsockopt(fd, SOL_SOCKET, SO_ERROR, &last_error, &size);
    }
    if (last_error != 0) continue;
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (address.scheme == ApiAddress::Scheme::https)
      if (auto started = connection->start_tls(address, ca_file); !started)
        return std::unexpected(started.error());
    return connection;
  }
  return failed(Kind::unreachable,
                fmt::format("no node answers at {}: {}; start one with `mnrt run`, or name it with --api",
                            name, std::strerror(last_error)));
}

std::expected<void, ApiError> Connection::start_tls(const ApiAddress& address, const std::string& ca_file) {
  context_.reset(SSL_CTX_new(TLS_client_method()));
  if (!context_ || SSL_CTX_set_min_proto_version(context_.get(), TLS1_3_VERSION) != 1)
    return failed(Kind::broken, "TLS 1.3 isn't there: " + tls_errors());
  if (SSL_CTX_load_verify_file(context_.get(), ca_file.c_str()) != 1) {
    ERR_clear_error();
    return failed(Kind::untrusted,
                  fmt::format("cannot read the authority {}: give --data-dir of the node, or its "
                              "tls/ca.pem with --cacert",
                              ca_file));
  }
  SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
  tls_.reset(SSL_new(context_.get()));
  if (!tls_) return failed(Kind::broken, tls_errors());
  auto* parameters = SSL_get0_param(tls_.get());
  if (is_ip_address(address.host)) {
    X509_VERIFY_PARAM_set1_ip_asc(parameters, address.host.c_str());
  } else {
    X509_VERIFY_PARAM_set1_host(parameters, address.host.c_str(), address.host.size());
    SSL_set_tlsext_host_name(tls_.get(), address.host.c_str());
  }
  SSL_set_fd(tls_.get(), fd_);
  while (true) {
    int result = SSL_connect(tls_.get());
    if (result == 1) return {};
    if (auto verdict = SSL_get_verify_result(tls_.get()); verdict != X509_V_OK) {
      ERR_clear_error();
      return failed(Kind::untrusted, fmt::format("the certificate of {} isn't trusted by {}: {}", name_,
                                                 ca_file, X509_verify_cert_error_string(verdict)));
    }
    auto again = retry_tls(result);
    if (!again) return std::unexpected(again.error());
    if (!*again) return failed(Kind::broken, fmt::format("{} doesn't speak TLS 1.3", name_));
  }
}

std::expected<bool, ApiError> Connection::retry_tls(int result) {
  switch (SSL_get_error(tls_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      if (auto waited = wait_for(POLLIN); !waited) return std::unexpected(waited.error());
      return true;
    case SSL_ERROR_WANT_WRITE:
      if (auto waited = wait_for(POLLOUT); !waited) return std::unexpected(waited.error());
      return true;
    case SSL_ERROR_ZERO_RETURN:
      return false;
    default:
      return failed(Kind::broken, fmt::format("TLS with {}: {}", name_, tls_errors()));
  }
}

std::expected<void, ApiError> Connection::send(std::string_view bytes) {
  while (!bytes.empty()) {
    if (tls_) {
      std::size_t sent = 0;
      if (int result = SSL_write_ex(tls_.get(), bytes.data(), bytes.size(), &sent); result != 1) {
        auto again = retry_tls(result);
        if (!again) return std::unexpected(again.error());
        if (!*again) return failed(Kind::broken, fmt::format("{} broke off", name_));
      }
      bytes.remove_prefix(sent);
      continue;
    }
    auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN) {
      if (auto waited = wait_for(POLLOUT); !waited) return waited;
    } else if (errno != EINTR) {
      return failed(Kind::broken, fmt::format("{}: {}", name_, std::strerror(errno)));
    }
  }
  return {};
}

std::expected<std::string, ApiError> Connection::receive() {
  std::string part(16'384, '\0');
  while (true) {
    if (tls_) {
      std::size_t got = 0;
      int result = SSL_read_ex(tls_.get(), part.data(), part.size(), &got);
      if (result == 1) return part.substr(0, got);
      auto again = retry_tls(result);
      if (!again) return std::unexpected(again.error());
      if (!*again) return std::string();
      continue;
    }
    auto got = recv(fd_, part.data(), part.size(), 0);
    if (got >= 0) return part.substr(0, static_cast<std::size_t>(got));
    if (errno == EAGAIN) {
      if (auto waited = wait_for(POLLIN); !waited) return std::unexpected(waited.error());
    } else if (errno != EINTR) {
      return failed(Kind::broken, fmt::format("{}: {}", name_, std::strerror(errno)));
    }
  }
}

}  // namespace mnrt::runtime
