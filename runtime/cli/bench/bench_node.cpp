#include "runtime/cli/bench/bench_node.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <thread>
#include <utility>

#include "runtime/metrics/process_use.hpp"

extern char**
    environ;  // NOLINT(readability-redundant-declaration): POSIX leaves its declaration to the program

namespace mnrt::runtime {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

/// A port that nothing listens on now; 0 where there is none.
std::uint16_t free_port() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* any = reinterpret_cast<sockaddr*>(&address);
  const bool bound = fd >= 0 && bind(fd, any, size) == 0 && getsockname(fd, any, &size) == 0;
  if (fd >= 0) close(fd);
  return bound ? ntohs(address.sin_port) : std::uint16_t{0};
}

std::expected<pid_t, std::string> spawn(std::vector<std::string> words, const fs::path& log) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  posix_spawn_file_actions_adddup2(&files, STDOUT_FILENO, STDERR_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  // A group of its own: Ctrl-C reaches this process alone, which then ends the node in its own time.
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t pid{};
  const int error = posix_spawn(&pid, "/proc/self/exe", &files, &attributes, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  if (error != 0) return std::unexpected(std::string{"can't start a node: "} + std::strerror(error));
  return pid;
}

std::string last_line_of(const fs::path& file) {
  std::ifstream stream(file);
  std::string line;
  std::string last;
  while (std::getline(stream, line))
    if (!line.empty()) last = line;
  return last;
}

}  // namespace

sigset_t interrupts() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

std::expected<BenchNode, Failure> BenchNode::start(const std::string& config_file,
                                                   const std::vector<std::string>& settings) {
  auto failed = [](std::string text) {
    return std::unexpected(Failure{ExitCode::failed, std::move(text), ""});
  };
  auto folder = (fs::temp_directory_path() / "mnrt-bench-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) return failed("can't make a folder beside " + folder);
  const auto signals = interrupts();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  BenchNode node;
  node.data_dir_ = folder;
  const auto port = free_port();
  node.url_ = fmt::format("https://127.0.0.1:{}", port);
  std::vector<std::string> words{"mnrt",
                                 "run",
                                 config_file,
                                 "--data-dir",
                                 node.data_dir_.string(),
                                 "--set",
                                 fmt::format("bpci_core.port={}", port),
                                 "--set",
                                 "monitoring.metrics_enabled=false"};
  for (const auto& setting : settings) words.insert(words.end(), {"--set", setting});
  const auto log = node.data_dir_ / "node.log";
  auto pid = spawn(std::move(words), log);
  if (!pid) return failed(pid.error());
  node.pid_ = *pid;
  const auto deadline = std::chrono::steady_clock::now() + 30s;
  while (std::chrono::steady_clock::now() < deadline) {
    if (!node.alive()) return failed("the node ended: " + last_line_of(log));
    ApiRequest ready;
    ready.target = "/readyz";
    if (auto answer = node.client().call(ready); answer && answer->status == 200) return node;
    std::this_thread::sleep_for(20ms);
  }
  return failed("the node isn't ready after 30 s: " + last_line_of(log));
}

BenchNode::BenchNode(BenchNode&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      data_dir_(std::exchange(other.data_dir_, {})),
      url_(std::move(other.url_)) {}

BenchNode::~BenchNode() {
  if (pid_ > 0) {
    kill(pid_, SIGTERM);
    for (int i = 0; i < 150 && alive(); ++i) std::this_thread::sleep_for(100ms);
    if (alive()) {
      kill(pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
    }
  }
  std::error_code ignored;
  if (!data_dir_.empty()) fs::remove_all(data_dir_, ignored);
}

ApiClient BenchNode::client() const {
  return {*api_address_from(url_), (data_dir_ / "tls" / "ca.pem").string()};
}

bool BenchNode::alive() const {
  siginfo_t info{};
  return waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG) == 0 && info.si_pid == 0;
}

std::chrono::microseconds BenchNode::cpu_time() const {
  return cpu_time_of(std::to_string(pid_));
}

std::size_t BenchNode::resident_bytes() const {
  return resident_bytes_of(std::to_string(pid_));
}

std::size_t BenchNode::peak_resident_bytes() const {
  constexpr std::string_view name = "VmHWM:";
  std::ifstream stream(fmt::format("/proc/{}/status", pid_));
  for (std::string line; std::getline(stream, line);)
    if (line.starts_with(name)) return std::strtoull(line.c_str() + name.size(), nullptr, 10) * 1024;
  return 0;
}

}  // namespace mnrt::runtime
