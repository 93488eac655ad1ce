#pragma once

#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

// All roles on one page. What a message means stands beside its definition in actors/mail/<role>.hpp.
namespace mnrt::actors {

struct Ping;
struct Pong;
struct Crash;
struct BlockFinal;
struct Tick;

struct Open;
struct Opened;
struct Append;
struct Appended;

struct Admit;
struct Admitted;
struct ConsensusMail;
struct ConsensusTimer;
struct NonceAsked;
struct NonceFound;
struct PendingAsked;
struct PendingFound;
struct CoreAsked;
struct CoreFacts;
struct FetchedBlock;
struct FinalsArrived;
struct HeardByPeer;
struct StatementHeard;
struct LinkMade;
struct BlockWanted;
struct BlockHeld;
struct HeightAsked;
struct HeightOpened;

struct SendFrame;
struct FrameArrived;
struct LinkChanged;
struct ChecksLost;
struct TellLinks;
struct SendConsensus;
struct PeerAsk;
struct Gossip;
struct PeersAsked;
struct PeersFacts;

struct CheckFrames;
struct CheckedFrames;
struct VerifyFrames;
struct VerifiedFrames;
struct CheckConsensus;
struct CheckedConsensus;
struct CheckFinals;
struct CheckedFinals;
struct ScaleWorkers;
struct ValidatorAsked;
struct ValidatorFacts;

struct SendOwn;
struct SentOwn;
struct MakeReceipt;
struct Receipt;
struct NotaryAsked;
struct NotaryFacts;

struct HealthAsked;
struct HealthFound;
struct Probe;
struct Probed;

struct TreasuryAsked;
struct TreasuryFound;
struct FailoverAsked;
struct FailoverFacts;
struct ScalerAsked;
struct ScalerFacts;

struct EvidenceFound;

struct FrontEndCall;

template <class Question, class Answer>
using asks = typename caf::replies_to<Question>::template with<Answer>;

/// What every role answers.
using role_actor = caf::typed_actor<asks<Ping, Pong>, caf::reacts_to<Crash>>;

/// A role that hears of final blocks.
using observer_actor = caf::typed_actor<caf::reacts_to<BlockFinal>>;

/// Durable writes, one at a time, in order.
using journal_actor = role_actor::extend<asks<Open, Opened>, asks<Append, Appended>>;

/// Consensus, pool and chain.
using core_actor =
    role_actor::extend<asks<Admit, Admitted>, caf::reacts_to<ConsensusMail>, caf::reacts_to<ConsensusTimer>,
                       caf::reacts_to<Tick>, asks<NonceAsked, NonceFound>, asks<PendingAsked, PendingFound>,
                       asks<CoreAsked, CoreFacts>, caf::reacts_to<FetchedBlock>,
                       caf::reacts_to<FinalsArrived>, caf::reacts_to<LinkMade>, caf::reacts_to<HeardByPeer>,
                       caf::reacts_to<StatementHeard>, asks<BlockWanted, BlockHeld>,
                       asks<HeightAsked, HeightOpened>>;

/// Decodes and verifies what comes from outside; never votes.
using validator_actor =
    role_actor::extend<asks<CheckFrames, CheckedFrames>, caf::reacts_to<ScaleWorkers>,
                       asks<ValidatorAsked, ValidatorFacts>, asks<CheckConsensus, CheckedConsensus>,
                       asks<CheckFinals, CheckedFinals>>;
using verifier_actor =
    caf::typed_actor<asks<VerifyFrames, VerifiedFrames>, asks<CheckConsensus, CheckedConsensus>,
                     asks<CheckFinals, CheckedFinals>>;

/// The links to other nodes, made by a factory of `World`; and the role that speaks over them.
using transport_actor = caf::typed_actor<caf::reacts_to<SendFrame>, caf::reacts_to<TellLinks>>;
using peers_actor =
    role_actor::extend<caf::reacts_to<FrameArrived>, caf::reacts_to<LinkChanged>,
                       caf::reacts_to<SendConsensus>, caf::reacts_to<PeerAsk>, caf::reacts_to<Gossip>,
                       caf::reacts_to<HeightOpened>, caf::reacts_to<Tick>, caf::reacts_to<ChecksLost>,
                       asks<PeersAsked, PeersFacts>>;

/// The node's own transactions and the receipts of the log.
using notary_actor =
    role_actor::extend<asks<SendOwn, SentOwn>, asks<MakeReceipt, Receipt>, asks<NotaryAsked, NotaryFacts>>;

/// Health of the registered services.
using registry_actor =
    role_actor::extend<caf::reacts_to<BlockFinal>, caf::reacts_to<Tick>, asks<HealthAsked, HealthFound>>;
using prober_actor = caf::typed_actor<asks<Probe, Probed>>;

/// Balances, billing, economic triggers; the recount of the supply.
using treasury_actor =
    role_actor::extend<caf::reacts_to<BlockFinal>, caf::reacts_to<Tick>, asks<TreasuryAsked, TreasuryFound>>;

/// The owner's lease and the network's immortality.
using failover_actor = role_actor::extend<caf::reacts_to<Tick>, asks<FailoverAsked, FailoverFacts>>;

/// What a validator owes the chain besides its votes.
using duties_actor = role_actor::extend<caf::reacts_to<BlockFinal>, caf::reacts_to<EvidenceFound>>;

/// Reads gauges and chain state, asks for more or fewer workers.
using scaler_actor =
    role_actor::extend<caf::reacts_to<BlockFinal>, caf::reacts_to<Tick>, asks<ScalerAsked, ScalerFacts>>;

/// The bridge between the front end and the actors.
using gateway_actor =
    role_actor::extend<caf::reacts_to<FrontEndCall>, caf::reacts_to<BlockFinal>, caf::reacts_to<Tick>>;

}  // namespace mnrt::actors
