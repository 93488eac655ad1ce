#include "runtime/gateway/tls.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <functional>
#include <memory>
#include <set>

namespace mnrt::runtime {
namespace {

namespace fs = std::filesystem;

template <auto Free>
struct Freeing {
  template <class T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freeing<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freeing<X509_free>>;
using File = std::unique_ptr<std::FILE, Freeing<std::fclose>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freeing<X509_EXTENSION_free>>;

constexpr long day_seconds = 86'400;
constexpr long authority_days = 3'650;
constexpr long server_days = 397;
constexpr long renew_days = 30;

struct Pair {
  Key key;
  Certificate certificate;
};

// --- files
// -----------------------------------------------------------------------------------------------------------

std::expected<void, std::string> write_pem(const fs::path& file, mode_t mode,
                                           const std::function<bool(std::FILE*)>& write) {
  // Written beside and renamed: a crash leaves the old file or the new one.
  const auto beside = fs::path{file}.concat(".new");
  ::unlink(beside.c_str());
  const int descriptor = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  File stream(descriptor < 0 ? nullptr : ::fdopen(descriptor, "w"));
  const bool whole = stream && write(stream.get()) && std::fflush(stream.get()) == 0 &&
                     ::fchmod(descriptor, mode) == 0 && ::fsync(descriptor) == 0;
  if (!whole || ::rename(beside.c_str(), file.c_str()) != 0)
    return std::unexpected("The TLS file " + file.string() + " can't be written: " + std::strerror(errno) +
                           ". Check the owner and mode of its folder.");
  return {};
}

Key read_key(const fs::path& file) {
  File stream(std::fopen(file.c_str(), "re"));
  return Key(stream ? PEM_read_PrivateKey(stream.get(), nullptr, nullptr, nullptr) : nullptr);
}

Certificate read_certificate(const fs::path& file) {
  File stream(std::fopen(file.c_str(), "re"));
  return Certificate(stream ? PEM_read_X509(stream.get(), nullptr, nullptr, nullptr) : nullptr);
}

std::expected<void, std::string> save(const Pair& pair, const fs::path& certificate, const fs::path& key) {
  const auto written = write_pem(key, 0600, [&](std::FILE* to) {
    return PEM_write_PrivateKey(to, pair.key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1;
  });
  if (!written) return written;
  return write_pem(certificate, 0644,
                   [&](std::FILE* to) { return PEM_write_X509(to, pair.certificate.get()) == 1; });
}

// --- certificates
// ----------------------------------------------------------------------------------------------------

bool add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  Extension extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

/// Serial (128 random bits), times, subject and key: what both kinds have.
bool fill(X509* certificate, EVP_PKEY* key, const std::string& name, long days) {
  std::array<unsigned char, 16> serial{};
  if (RAND_bytes(serial.data(), serial.size()) != 1) return false;
  serial[0] &= 0x7f;
  std::unique_ptr<BIGNUM, Freeing<BN_free>> number(BN_bin2bn(serial.data(), serial.size(), nullptr));
  auto* subject = X509_get_subject_name(certificate);
  return number && X509_set_version(certificate, X509_VERSION_3) == 1 &&
         BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr &&
         // An hour back, for clients whose clock is behind.
         X509_gmtime_adj(X509_getm_notBefore(certificate), -3'600) != nullptr &&
         X509_gmtime_adj(X509_getm_notAfter(certificate), days * day_seconds) != nullptr &&
         X509_set_pubkey(certificate, key) == 1 &&
         X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0) == 1;
}

std::expected<Pair, std::string> make_authority() {
  Pair pair{Key(EVP_EC_gen("P-256")), Certificate(X509_new())};
  auto* certificate = pair.certificate.get();
  const bool made =
      pair.key && certificate != nullptr &&
      fill(certificate, pair.key.get(), "mnrt node authority", authority_days) &&
      X509_set_issuer_name(certificate, X509_get_subject_name(certificate)) == 1 &&
      add_extension(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
      add_extension(certificate, certificate, NID_key_usage, "critical,keyCertSign,cRLSign") &&
      add_extension(certificate, certificate, NID_subject_key_identifier, "hash") &&
      X509_sign(certificate, pair.key.get(), EVP_sha256()) > 0;
  if (!made) return std::unexpected("OpenSSL can't make a P-256 certificate here.");
  return pair;
}

bool is_address(const std::string& name) {
  std::array<unsigned char, 16> bytes{};
  return inet_pton(AF_INET, name.c_str(), bytes.data()) == 1 ||
         inet_pton(AF_INET6, name.c_str(), bytes.data()) == 1;
}

std::expected<Pair, std::string> make_server(const Pair& authority, const std::vector<std::string>& names) {
  std::string alternatives;
  for (const auto& name : names)
    alternatives += (alternatives.empty() ? "" : ",") + std::string{is_address(name) ? "IP:" : "DNS:"} + name;
  Pair pair{Key(EVP_EC_gen("P-256")), Certificate(X509_new())};
  auto* certificate = pair.certificate.get();
  auto* issuer = authority.certificate.get();
  const bool made = pair.key && certificate != nullptr &&
                    fill(certificate, pair.key.get(), "mnrt node", server_days) &&
                    X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1 &&
                    add_extension(certificate, issuer, NID_basic_constraints, "critical,CA:FALSE") &&
                    add_extension(certificate, issuer, NID_key_usage, "critical,digitalSignature") &&
                    add_extension(certificate, issuer, NID_ext_key_usage, "serverAuth") &&
                    add_extension(certificate, issuer, NID_subject_key_identifier, "hash") &&
                    add_extension(certificate, issuer, NID_authority_key_identifier, "keyid:always") &&
                    add_extension(certificate, issuer, NID_subject_alt_name, alternatives) &&
                    X509_sign(certificate, authority.key.get(), EVP_sha256()) > 0;
  if (!made)
    return std::unexpected("OpenSSL can't make a certificate for these names: " + alternatives + ".");
  return pair;
}

// --- what is there already
// -------------------------------------------------------------------------------------------

bool lasts(const Certificate& certificate, long days) {
  auto then = std::time(nullptr) + days * day_seconds;
  return X509_cmp_time(X509_get0_notAfter(certificate.get()), &then) > 0;
}

bool fits(const Pair& pair) {
  return pair.key && pair.certificate && X509_check_private_key(pair.certificate.get(), pair.key.get()) == 1;
}

bool names_all(X509* certificate, const std::vector<std::string>& names) {
  return std::ranges::all_of(names, [&](const std::string& name) {
    return is_address(name) ? X509_check_ip_asc(certificate, name.c_str(), 0) == 1
                            : X509_check_host(certificate, name.data(), name.size(), 0, nullptr) == 1;
  });
}

bool signed_by(const Pair& server, const Pair& authority) {
  return X509_verify(server.certificate.get(), authority.key.get()) == 1;
}

}  // namespace

std::vector<std::string> tls_names(const std::vector<std::string>& names) {
  std::set<std::string> all{"localhost", "127.0.0.1", "::1"};
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) == 0 && host[0] != '\0') all.insert(host.data());
  // An address that stands for all addresses is none that a client could ask for.
  for (const auto& name : names)
    if (!name.empty() && name != "0.0.0.0" && name != "::") all.insert(name);
  return {all.begin(), all.end()};
}

std::expected<TlsFiles, std::string> prepare_tls(const fs::path& folder,
                                                 const std::vector<std::string>& names) {
  std::error_code error;
  if (!fs::exists(folder, error)) {
    fs::create_directories(folder, error);
    if (!error) fs::permissions(folder, fs::perms::owner_all, error);
    if (error)
      return std::unexpected("The folder " + folder.string() + " can't be made: " + error.message() +
                             ". Check the owner and mode of the data directory.");
  }
  const TlsFiles files{folder / "server.pem", folder / "server-key.pem", folder / "ca.pem"};
  const auto authority_key = folder / "ca-key.pem";
  const auto wanted = tls_names(names);

  Pair authority{read_key(authority_key), read_certificate(files.ca)};
  if (!fits(authority) || !lasts(authority.certificate, server_days)) {
    auto made = make_authority();
    if (!made) return std::unexpected(made.error());
    if (auto saved = save(*made, files.ca, authority_key); !saved) return std::unexpected(saved.error());
    authority = std::move(*made);
  }
  const Pair server{read_key(files.key), read_certificate(files.certificate)};
  if (fits(server) && lasts(server.certificate, renew_days) && signed_by(server, authority) &&
      names_all(server.certificate.get(), wanted))
    return files;
  const auto made = make_server(authority, wanted);
  if (!made) return std::unexpected(made.error());
  if (auto saved = save(*made, files.certificate, files.key); !saved) return std::unexpected(saved.error());
  return files;
}

}  // namespace mnrt::runtime
