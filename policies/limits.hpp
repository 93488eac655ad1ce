#pragma once

#include <cstddef>
#include <cstdint>

/// Every bound of the node, in count and bytes. Over a bound a named refusal goes back, never silence.
namespace mnrt::policies::limits {

inline constexpr std::size_t transaction_bytes_max = 64 * 1024;
inline constexpr std::size_t operations_max = 64;
inline constexpr std::size_t signatures_max = 16;
inline constexpr std::size_t keys_max = 16;
inline constexpr std::uint64_t expiry_blocks_max = 1'000;
inline constexpr std::uint64_t nonce_gap_max = 64;  ///< how far ahead of its account a pending nonce may be

inline constexpr std::size_t block_bytes_max = 4 * 1024 * 1024;  ///< ceiling of the chain parameter
inline constexpr std::size_t block_transactions_max = 20'000;    ///< ceiling of the chain parameter
inline constexpr std::size_t header_bytes_max = 64 * 1024;
inline constexpr std::size_t frame_bytes_max = 8 * 1024 * 1024;
inline constexpr std::size_t validators_max = 100;

inline constexpr std::size_t batch_frames_max = 1'000;  ///< frames in one POST /transactions/batch
inline constexpr std::size_t batch_bytes_max = 4 * 1024 * 1024;
inline constexpr std::size_t verify_batch_max = 64;  ///< transactions that one worker takes at once
inline constexpr std::size_t verified_ids_max = 65'536;

inline constexpr std::size_t peer_frame_bytes_max = frame_bytes_max + 64;  ///< an envelope and what is in it
inline constexpr std::size_t gossip_frames_max = 256;                      ///< transactions in one envelope
inline constexpr std::size_t gossip_bytes_max = 1024 * 1024;
inline constexpr std::size_t gossip_waiting_max = 8'192;  ///< admitted transactions that wait for an envelope
inline constexpr std::size_t final_blocks_max = 64;       ///< blocks that a peer asks for, or gets, at once
inline constexpr std::size_t final_bytes_max = 6 * 1024 * 1024;
inline constexpr std::size_t synced_blocks_max = 2 * final_blocks_max;  ///< waiting in core for their turn
inline constexpr std::uint64_t heard_heights = 32;  ///< whose votes are kept to be compared with others'
inline constexpr std::uint32_t heard_rounds = 16;   ///< up to the one that a node is in
inline constexpr std::size_t heard_statements_max = 4 * heard_rounds;  ///< of one validator at one height
inline constexpr std::size_t hearsay_max = 512;                        ///< statements told to a peer at once
inline constexpr std::uint64_t hearsay_told_heights = 4;               ///< told again with each final block
// Of one peer, given back when the work is done.
inline constexpr std::size_t peer_checks_max = 64;  ///< consensus messages that wait for a worker
inline constexpr std::size_t peer_check_bytes_max = 4 * frame_bytes_max;
inline constexpr std::size_t peer_finals_max = 4;                         ///< frames of final blocks that do
inline constexpr std::size_t peer_gossip_frames_max = gossip_frames_max;  ///< transactions that do
// Of one peer, in a second.
inline constexpr std::size_t peer_answers_max = 16;
inline constexpr std::size_t peer_answer_bytes_max = 4 * final_bytes_max;  ///< who went beyond waits

inline constexpr std::size_t journal_queue_max = 1'024;  ///< appends waiting for their sync
inline constexpr std::size_t effects_queue_max = 1'024;
inline constexpr std::size_t waiters_max = 16'384;  ///< clients waiting for a final status

inline constexpr std::size_t service_endpoints_max = 4;
inline constexpr std::size_t service_labels_max = 16;
inline constexpr std::size_t service_id_bytes_max = 64;
inline constexpr std::size_t service_kind_bytes_max = 32;
inline constexpr std::size_t service_version_bytes_max = 32;
inline constexpr std::size_t service_label_bytes_max = 128;
inline constexpr std::size_t endpoint_bytes_max = 256;
inline constexpr std::size_t services_max = 10'000;        ///< ceiling of the chain parameter
inline constexpr std::size_t row_bytes_max = 1024 * 1024;  ///< an expiry row that names every service
inline constexpr std::size_t genesis_bytes_max = 128 * 1024 * 1024;
inline constexpr std::size_t genesis_accounts_max = 1'048'576;
inline constexpr std::size_t network_name_bytes_max = 64;
inline constexpr std::size_t withdrawals_max = 64;
inline constexpr std::size_t evidence_max = 2'048;         ///< reports in one window
inline constexpr std::size_t findings_max = 64;            ///< evidence that a node has still to report
inline constexpr std::size_t set_proposals_max = 16;       ///< changes of the set that are voted on at once
inline constexpr std::size_t leaves_max = operations_max;  ///< log leaves of one transaction

inline constexpr std::size_t receipt_bytes_max = 128 * 1024;      ///< R.tlog-proof
inline constexpr std::size_t trust_bytes_max = 16 * 1024 * 1024;  ///< R.trust
inline constexpr std::size_t handovers_max = 4'096;               ///< then a later pinned header is the start
inline constexpr std::size_t note_signatures_max = 256;  ///< a log and a cosignature a seat, and witnesses
inline constexpr std::size_t log_proof_hashes_max = 64;
inline constexpr std::size_t label_bytes_max = 1'024;

static_assert(note_signatures_max >= 2 * validators_max);
static_assert(block_bytes_max < frame_bytes_max);
static_assert(block_bytes_max + header_bytes_max < final_bytes_max && final_bytes_max < frame_bytes_max);
static_assert(gossip_bytes_max + transaction_bytes_max < frame_bytes_max);
static_assert(transaction_bytes_max < block_bytes_max);

}  // namespace mnrt::policies::limits
