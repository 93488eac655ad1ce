#include "tests/runtime/gateway/scripted_node.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>

#include "actors/receipt_maker.hpp"
#include "actors/simulate.hpp"
#include "messages/transaction_check.hpp"
#include "messages/transaction_codec.hpp"
#include "policies/crypto/verified.hpp"
#include "policies/limits.hpp"
#include "runtime/gateway/route.hpp"
#include "runtime/gateway/values.hpp"
#include "tests/runtime/gateway/schema.hpp"

namespace mnrt::tests {

using namespace actors::api;
using runtime::HttpResponse;
using std::chrono::milliseconds;

// --- the loop
// --------------------------------------------------------------------------------------------------------

class ManualLoop::Handle final : public runtime::Timer {
 public:
  explicit Handle(std::shared_ptr<Due> due) : due_(std::move(due)) {}

 private:
  std::shared_ptr<Due> due_;
};

std::unique_ptr<runtime::Timer> ManualLoop::after(milliseconds delay, std::function<void()> task) {
  auto due = std::make_shared<Due>(Due{std::move(task)});
  timers_.emplace(now_ + delay, due);
  return std::make_unique<Handle>(std::move(due));
}

void ManualLoop::run() {
  while (!tasks_.empty()) {
    auto task = std::move(tasks_.front());
    tasks_.pop_front();
    task();
  }
}

void ManualLoop::advance(milliseconds time) {
  const auto end = now_ + time;
  run();
  while (!timers_.empty() && timers_.begin()->first <= end) {
    now_ = timers_.begin()->first;
    const auto due = timers_.begin()->second.lock();
    timers_.erase(timers_.begin());
    if (!due) continue;
    const auto task = due->task;
    task();
    run();
  }
  now_ = end;
}

// --- the actors
// ------------------------------------------------------------------------------------------------------

void ScriptedActors::operator()(Call call) {
  ++calls;
  if (silent) {
    kept.push_back(std::move(call));
    return;
  }
  const bool crash = crashes > 0;
  if (crash) --crashes;
  if (crash || down.contains(call.request.index()))
    return call.done(Unavailable{Unavailable::Why::role_down, "is restarting"});
  call.done(reply_to(call.request));
}

void ScriptedActors::settle(bool wait) {
  if (!wait && !commits_at_once) return;
  const auto block = chain_.commit();
  if (on_block) on_block(block);
}

StatusReport ScriptedActors::status(const policies::Digest& id) const {
  const auto record = actors::LedgerView{chain_.store().snapshot()}.transaction(id);
  if (record && *record) return runtime::report_of(id, **record);
  const bool pending = chain_.pool().pending(id) != nullptr;
  return {.id = id, .status = pending ? TransactionStatus::pending : TransactionStatus::unknown};
}

Reply ScriptedActors::submit(const Submit& submit) {
  std::vector<StatusReport> reports;
  for (const auto& frame : submit.frames) {
    const auto decoded = messages::decode_transaction(*frame);
    if (!decoded) {
      reports.push_back(
          {.status = TransactionStatus::refused, .refusal = messages::refusal_of(decoded.error())});
      continue;
    }
    const auto verified = messages::verify_frame(*decoded, chain_.chain_id());
    const auto why = refusal ? *refusal : verified ? chain_.admit(*decoded) : verified.error();
    auto report = status((*decoded)->id);
    if (why != policies::Refusal::none && report.status == TransactionStatus::unknown)
      report = {.id = (*decoded)->id, .status = TransactionStatus::refused, .refusal = why};
    reports.push_back(report);
  }
  settle(submit.wait.count() > 0);
  for (auto& report : reports)
    if (report.status == TransactionStatus::pending) report = status(report.id);
  return Submitted{std::move(reports)};
}

StatusReport ScriptedActors::send_own(std::vector<policies::Operation> operations, bool wait) {
  if (refusal) return {.status = TransactionStatus::refused, .refusal = *refusal};
  const auto sent = chain_.admit_own(std::move(operations));
  settle(wait);
  return status(sent->id);
}

Reply ScriptedActors::notarise(const NotariseDigests& order) {
  std::vector<std::vector<policies::Operation>> groups;
  for (const auto& item : order.items) {
    if (groups.empty() || groups.back().size() == policies::limits::operations_max) groups.emplace_back();
    groups.back().push_back(policies::Notarise{item.document, item.label_hash});
  }
  Submitted submitted;
  for (auto& group : groups) submitted.reports.push_back(send_own(std::move(group), order.wait.count() > 0));
  return submitted;
}

Reply ScriptedActors::receipt(std::uint64_t leaf) const {
  const actors::LedgerView view{chain_.store().snapshot()};
  const auto head = actors::final_log_head(view);
  const auto genesis = view.genesis();
  REQUIRE((head && genesis && *genesis));
  const auto note = actors::signed_checkpoint(chain_.chain_id(), (*genesis)->validators.front(), *head,
                                              chain_.signer(), chain_.time());
  const auto made = actors::make_receipt(view, leaf, note, head->size);
  if (!made.found) return Unavailable{Unavailable::Why::not_found, "no such leaf in the final log"};
  return ReceiptFiles{made.proof, made.trust};
}

NodeReport ScriptedActors::node_report() const {
  NodeReport report;
  report.healthy = true;
  report.height = chain_.height();
  report.validators = 1;
  report.immortality = "unarmed";
  report.assurance = "self-asserted (1 operator, 0 external witnesses)";
  report.owner_status = "Healthy";
  report.last_block_age_ms = 120;
  report.pool_transactions = chain_.pool().size();
  report.roles = {{"core", true, 0}};
  report.scaling_decisions = {"none"};
  return report;
}

Reply ScriptedActors::reply_to(Request& request) {
  if (auto* one = std::get_if<Submit>(&request)) return submit(*one);
  if (auto* one = std::get_if<StatusQuery>(&request)) return status(one->id);
  if (auto* one = std::get_if<NotariseDigests>(&request)) return notarise(*one);
  if (auto* one = std::get_if<ReceiptQuery>(&request)) return receipt(one->leaf);
  if (auto* one = std::get_if<ServiceOrder>(&request))
    return Submitted{{send_own({one->operation}, one->wait.count() > 0)}};
  if (auto* one = std::get_if<NonceQuery>(&request)) return NonceReport{chain_.next_nonce(one->address)};
  if (auto* one = std::get_if<Simulate>(&request))
    return actors::simulate_transaction(actors::LedgerView{chain_.store().snapshot()}, *one->frame,
                                        chain_.time());
  if (std::holds_alternative<StatusOfNode>(request)) return node_report();
  if (std::holds_alternative<ServiceHealthQuery>(request)) {
    ServiceHealth health;
    health.services["web"] = {"healthy", 0, chain_.time()};
    return health;
  }
  if (std::holds_alternative<TreasuryQuery>(request))
    return TreasuryReport{{{"FLX", "12"}}, {{"FLX", "2"}}, 3, "hold"};
  if (auto* one = std::get_if<CrashRole>(&request)) {
    if (one->role == "core") return Done{};
    return Unavailable{Unavailable::Why::unknown_role, "no such role"};
  }
  auto& remember = std::get<Remember>(request);
  chain_.store().append({{messages::Table::local, std::move(remember.key), std::move(remember.value)}},
                        [](const auto&) {});
  return Done{};
}

// --- the gateway
// -----------------------------------------------------------------------------------------------------

runtime::ServerSettings TestGateway::make_settings() {
  runtime::ServerSettings settings;
  std::string folder = (std::filesystem::temp_directory_path() / "mnrt-gateway-XXXXXX").string();
  REQUIRE(mkdtemp(folder.data()) != nullptr);
  settings.data_dir = folder;
  settings.name = "test";
  return settings;
}

TestGateway::TestGateway()
    : settings(make_settings()),
      world{.store = &chain.store(),
            .wall = &wall,
            .notes = &notes,
            .metrics = &metrics,
            .set_log_level = [](policies::LogLevel) { return true; },
            .memory_ppb = [this] { return memory_ppb; },
            .disk_ppb = [this] { return disk_ppb; }},
      backend(settings, world, loop, events),
      dispatcher(backend) {
  wall.time = chain.time();
  actors.on_block = [this](std::shared_ptr<const mnrt::actors::FinalBlock> block) {
    events.add(std::move(block));
  };
  backend.connect([this](Call call) { actors(std::move(call)); });
  backend.set_token(std::string{test_token});
}

TestGateway::~TestGateway() {
  for (const auto& session : std::vector(context.sessions.begin(), context.sessions.end())) session->abort();
  std::filesystem::remove_all(settings.data_dir);
}

void TestGateway::commit() {
  events.add(chain.commit());
  wall.time = chain.time();
  loop->run();
}

HttpResponse TestGateway::ask(Ask ask) {
  auto target = runtime::target_from(ask.target);
  REQUIRE(target);
  runtime::HttpRequest head;
  head.method = ask.method;
  head.path = target->path;
  head.query = target->query;
  head.headers = {{"host", "localhost"}};
  head.headers.insert(head.headers.end(), ask.headers.begin(), ask.headers.end());
  head.peer = ask.peer;
  head.loopback = ask.peer == "127.0.0.1";
  head.door = ask.door;
  const auto route = runtime::find_route(head.method, head.path).route;
  std::optional<HttpResponse> answer;
  const auto admitted = serving->admit(head);
  if (!admitted) {
    answer = admitted.error();
  } else {
    head.body = ask.body;
    serving->serve(std::make_shared<runtime::HttpRequest>(head), [&](HttpResponse response) {
      REQUIRE(!answer);
      answer = std::move(response);
    });
    loop->run();
    if (!answer) loop->advance(std::chrono::seconds(60));
  }
  REQUIRE(answer);
  if (route != nullptr) answered.emplace(route->operation, answer->status);
  INFO(ask.target << " " << answer->status << " " << answer->body);
  const bool is_json = answer->content_type.find("json") != std::string::npos;
  const auto body = is_json ? json(*answer) : runtime::Json();
  if (answer->content_type == "application/problem+json") {
    CHECK(body["status"] == answer->status);
    CHECK(schema_error({{"$ref", "#/components/schemas/Problem"}}, body).value_or("") == "");
  }
  if (route != nullptr && !answer->content_type.empty()) {
    const auto schema = answer_schema(route->operation, answer->status, answer->content_type);
    CHECK(schema.has_value());
    if (is_json && schema && !schema->is_null()) CHECK(schema_error(*schema, body).value_or("") == "");
  }
  return *answer;
}

HttpResponse TestGateway::post(std::string target, const runtime::Json& body,
                               std::vector<std::pair<std::string, std::string>> headers) {
  headers.emplace_back("content-type", "application/json");
  headers.emplace_back("authorization", "Bearer " + std::string{test_token});
  return ask({.method = runtime::Method::post,
              .target = std::move(target),
              .body = body.dump(),
              .headers = headers});
}

}  // namespace mnrt::tests
