// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_SESSION_LOG_HPP
#define VIEWERSHIP_SESSION_LOG_HPP

/// @file
/// Millions of sessions in a few contiguous blocks.

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <viewership/detail/clean_replay.hpp>
#include <viewership/detail/event_order.hpp>
#include <viewership/detail/string_pool.hpp>
#include <viewership/error.hpp>
#include <viewership/event.hpp>

namespace viewership::inline v0 {

/// What had to be repaired while events were grouped into sessions. One count each.
struct IngestRepairs {
  std::uint64_t duplicates = 0;    ///< timed events equal to the one before them, left out
  std::uint64_t out_of_order = 0;  ///< events that came later than their time says
  std::uint64_t far_times = 0;     ///< times more than 24 h from two neighbours that agree, set aside
  std::uint64_t user_conflicts =
      0;  ///< events naming another user than their session's first; the first counts
  std::uint64_t duration_conflicts = 0;  ///< events declaring another duration than most of their session's
  std::uint64_t durations_out_of_range = 0;  ///< declared durations outside (0, 10^12 ms], ignored

  friend bool operator==(const IngestRepairs&, const IngestRepairs&) = default;
};

/// A repair's name and where its count is.
struct IngestRepairField {
  std::string_view name;
  std::uint64_t IngestRepairs::*count;
};

/// Every repair, in the order of the struct.
inline constexpr std::array<IngestRepairField, 6> ingest_repair_fields{{
    {"duplicates", &IngestRepairs::duplicates},
    {"out_of_order", &IngestRepairs::out_of_order},
    {"far_times", &IngestRepairs::far_times},
    {"user_conflicts", &IngestRepairs::user_conflicts},
    {"duration_conflicts", &IngestRepairs::duration_conflicts},
    {"durations_out_of_range", &IngestRepairs::durations_out_of_range},
}};
static_assert(sizeof(IngestRepairs) == ingest_repair_fields.size() * sizeof(std::uint64_t));

/// Sessions with ordered events, immutable: one array of events, ids kept once. The sessions of one content
/// are contiguous; contents, and sessions in them, stand in the order in which they first arrived. A
/// random-access range of `SessionView`s, which point into the log.
class SessionLog {
 public:
  class Iterator;

  /// The sessions of one content, or of all: a random-access range.
  class Slice {
   public:
    Slice() = default;
    Slice(const SessionLog& log, std::size_t first, std::size_t last)
        : log_(&log), first_(first), last_(last) {}

    [[nodiscard]] Iterator begin() const noexcept;
    [[nodiscard]] Iterator end() const noexcept;
    [[nodiscard]] std::size_t size() const noexcept { return last_ - first_; }
    [[nodiscard]] bool empty() const noexcept { return first_ == last_; }
    [[nodiscard]] SessionView operator[](std::size_t i) const { return (*log_)[first_ + i]; }

   private:
    const SessionLog* log_ = nullptr;
    std::size_t first_ = 0;
    std::size_t last_ = 0;
  };

  [[nodiscard]] std::size_t size() const noexcept { return sessions_.size(); }
  [[nodiscard]] bool empty() const noexcept { return sessions_.empty(); }
  [[nodiscard]] Iterator begin() const noexcept;
  [[nodiscard]] Iterator end() const noexcept;

  /// The i-th session, i < size(). O(1).
  [[nodiscard]] SessionView operator[](std::size_t i) const {
    const Session& session = sessions_[i];
    const auto events = std::span(events_).subspan(session.first_event, session.event_count);
    SessionView view{ids_.at(session.id), {}, contents_[session.content], {}, {}, events, session.clean_from};
    if (session.has_clean_states) view.clean_states = &clean_states_[session.clean_states];
    if (session.has_user) view.user_id.emplace(ids_.at(session.user));
    if (session.duration > MediaTime::zero()) view.content_duration.emplace(session.duration);
    const auto timed = [](const PlaybackEvent& event) { return event.at().has_value(); };
    if (const auto first = std::ranges::find_if(events, timed); first != events.end()) {
      view.started_at.emplace(*first->at());
    }
    return view;
  }

  /// How many contents there are, and the id of each.
  [[nodiscard]] std::size_t content_count() const noexcept { return contents_.size(); }
  [[nodiscard]] std::string_view content_id(std::size_t i) const {
    return contents_[static_cast<std::uint32_t>(i)];
  }

  /// The sessions of one content, by its id or its number; empty if the log has no such id. O(1).
  [[nodiscard]] Slice content(std::string_view id) const {
    const std::uint32_t number = contents_.find(id);
    return number == detail::StringPool::absent ? Slice{} : content(std::size_t{number});
  }
  [[nodiscard]] Slice content(std::size_t number) const {
    return {*this, first_sessions_[number], first_sessions_[number + 1]};
  }

  /// All events, session after session.
  [[nodiscard]] std::span<const PlaybackEvent> events() const noexcept { return events_; }

  [[nodiscard]] const IngestRepairs& repairs() const noexcept { return repairs_; }

 private:
  friend class SessionLogBuilder;

  struct Session {
    std::size_t first_event = 0;
    std::size_t event_count = 0;
    MediaTime duration{};  // 0 = not declared
    WallTime clean_from{};
    detail::TextBlock::Place id;
    detail::TextBlock::Place user;
    std::uint32_t content = 0;
    bool has_user = false;
    bool has_clean_states = false;
    std::size_t clean_states = 0;  // which
  };

  std::vector<PlaybackEvent> events_;
  std::vector<Session> sessions_;
  std::vector<detail::CleanStates> clean_states_;
  std::vector<std::size_t> first_sessions_;  // of each content, and the number of sessions behind them
  detail::TextBlock ids_;                    // of sessions, each with its user's beside it
  detail::StringPool contents_;
  IngestRepairs repairs_;
};

/// Random access over a log; dereferences to a `SessionView` by value.
class SessionLog::Iterator {
 public:
  using value_type = SessionView;
  using reference = SessionView;
  using difference_type = std::ptrdiff_t;
  using iterator_concept = std::random_access_iterator_tag;
  using iterator_category = std::input_iterator_tag;

  Iterator() = default;
  Iterator(const SessionLog& log, std::size_t i) : log_(&log), i_(static_cast<difference_type>(i)) {}

  SessionView operator*() const { return (*log_)[static_cast<std::size_t>(i_)]; }
  SessionView operator[](difference_type n) const { return *(*this + n); }

  Iterator& operator+=(difference_type n) {
    i_ += n;
    return *this;
  }
  Iterator& operator-=(difference_type n) { return *this += -n; }
  Iterator& operator++() { return *this += 1; }
  Iterator& operator--() { return *this -= 1; }
  Iterator operator++(int) { return std::exchange(*this, *this + 1); }
  Iterator operator--(int) { return std::exchange(*this, *this - 1); }
  friend Iterator operator+(Iterator a, difference_type n) { return a += n; }
  friend Iterator operator+(difference_type n, Iterator a) { return a += n; }
  friend Iterator operator-(Iterator a, difference_type n) { return a -= n; }
  friend difference_type operator-(const Iterator& a, const Iterator& b) { return a.i_ - b.i_; }
  friend bool operator==(const Iterator&, const Iterator&) = default;
  friend std::strong_ordering operator<=>(const Iterator& a, const Iterator& b) { return a.i_ <=> b.i_; }

 private:
  const SessionLog* log_ = nullptr;
  difference_type i_ = 0;
};

inline SessionLog::Iterator SessionLog::begin() const noexcept {
  return {*this, 0};
}
inline SessionLog::Iterator SessionLog::end() const noexcept {
  return {*this, size()};
}
inline SessionLog::Iterator SessionLog::Slice::begin() const noexcept {
  return log_ == nullptr ? Iterator{} : Iterator{*log_, first_};
}
inline SessionLog::Iterator SessionLog::Slice::end() const noexcept {
  return log_ == nullptr ? Iterator{} : Iterator{*log_, last_};
}

/// Gathers events in any order, of any sessions, into a `SessionLog`.
class SessionLogBuilder {
 public:
  /// Adds one event. A session is a pair of session id and content id; its user is the first one named; its
  /// duration is the one that most of its events declare, of equally many the larger. O(1) expected.
  void add(std::string_view session_id, std::optional<std::string_view> user_id, std::string_view content_id,
           const PlaybackEvent& event, std::optional<MediaTime> content_duration = {}) {
    const std::uint32_t number = session_number(session_id, content_id);
    Pending& session = pending_[number];
    if (user_id) {
      if (!session.has_user) {
        session.has_user = true;
        session.user = log_.ids_.append(*user_id);
      } else if (!detail::same_text(log_.ids_.at(session.user), *user_id)) {
        ++log_.repairs_.user_conflicts;
      }
    }
    if (content_duration) count_duration(number, *content_duration);
    ++session.events;
    if (blocks_.empty() || blocks_.back().events.size() == block_size) begin_block();
    blocks_.back().events.push_back(event);
    blocks_.back().owners.push_back(number);
  }

  /// Adds every event of a session.
  template <SessionLike Session>
  void add(const Session& session) {
    const SessionView view = as_session_view(session);
    for (const PlaybackEvent& event : view.events) {
      add(view.session_id, view.user_id, view.content_id, event, view.content_duration);
    }
  }

  /// How many events were added so far.
  [[nodiscard]] std::size_t size() const noexcept {
    return blocks_.empty() ? 0 : (blocks_.size() - 1) * block_size + blocks_.back().events.size();
  }

  /// The log; the builder is empty afterwards. O(n) for n events, plus the sorting of those sessions that are
  /// out of order.
  [[nodiscard]] SessionLog finish() {
    settle_disputes();
    SessionLog log = std::move(log_);
    place_sessions(log);
    tidy_up(log);
    *this = SessionLogBuilder{};
    return log;
  }

 private:
  /// A session whose events are still scattered.
  struct Pending {
    detail::TextBlock::Place id;
    detail::TextBlock::Place user;
    std::uint32_t content = 0;
    bool has_user = false;
    std::size_t events = 0;
    MediaTime duration{};        // the first declared
    std::uint64_t declared = 0;  // by how many events
  };

  /// An event that declares another duration than its session's first.
  struct Dispute {
    std::uint32_t session;
    MediaTime duration;

    friend auto operator<=>(const Dispute&, const Dispute&) = default;
  };

  /// Events as they arrived, and the session of each. Blocks never move, so that a log of millions is not
  /// copied every time it doubles.
  struct Block {
    std::vector<PlaybackEvent> events;
    std::vector<std::uint32_t> owners;
  };
  static constexpr std::size_t block_size = 2'048;

  void begin_block() {
    Block& block = blocks_.emplace_back();
    if (blocks_.size() == 1) return;  // which grows, as a small log needs but a little
    block.events.reserve(block_size);
    block.owners.reserve(block_size);
  }

  std::uint32_t session_number(std::string_view session_id, std::string_view content_id) {
    const std::size_t hash = std::hash<std::string_view>{}(session_id);
    const std::uint32_t known = index_.find(hash, [&](std::uint32_t n) {
      const Pending& session = pending_[n];
      return detail::same_text(log_.ids_.at(session.id), session_id) &&
             detail::same_text(log_.contents_[session.content], content_id);
    });
    if (known != detail::HashIndex::absent) return known;
    const auto number = static_cast<std::uint32_t>(pending_.size());
    pending_.push_back({});
    pending_.back().id = log_.ids_.append(session_id);
    pending_.back().content = log_.contents_.intern(content_id);
    index_.insert(hash, number);
    return number;
  }

  /// Counts a declared duration: the session's first one in place, any other among the disputes.
  void count_duration(std::uint32_t number, MediaTime duration) {
    Pending& session = pending_[number];
    if (duration <= MediaTime::zero() || duration > max_media_time) {
      ++log_.repairs_.durations_out_of_range;
    } else if (session.duration == duration || session.duration == MediaTime::zero()) {
      session.duration = duration;
      ++session.declared;
    } else {
      disputes_.push_back({number, duration});
    }
  }

  /// Gives every session with disputes the duration that most of its events declare, of equally many the
  /// larger. O(d log d) for d disputes.
  void settle_disputes() {
    std::ranges::sort(disputes_);
    for (auto group = disputes_.begin(); group != disputes_.end();) {
      const std::uint32_t number = group->session;
      Pending& session = pending_[number];
      std::uint64_t total = session.declared;
      while (group != disputes_.end() && group->session == number) {
        const auto next = std::ranges::upper_bound(group, disputes_.end(), *group);
        const auto declared = static_cast<std::uint64_t>(next - group);
        total += declared;
        if (declared > session.declared ||
            (declared == session.declared && group->duration > session.duration)) {
          session.duration = group->duration;
          session.declared = declared;
        }
        group = next;
      }
      log_.repairs_.duration_conflicts += total - session.declared;
    }
  }

  /// Counting sort: sessions by content, events by session, both as they arrived.
  void place_sessions(SessionLog& log) {
    log.first_sessions_.assign(log.contents_.size() + 1, 0);
    for (const Pending& session : pending_) ++log.first_sessions_[session.content + 1];
    for (std::size_t i = 1; i < log.first_sessions_.size(); ++i)
      log.first_sessions_[i] += log.first_sessions_[i - 1];

    std::vector<std::size_t> next_session(log.first_sessions_.begin(), log.first_sessions_.end() - 1);
    std::vector<std::uint32_t> numbers(pending_.size());
    for (std::uint32_t number = 0; number < pending_.size(); ++number) {
      numbers[next_session[pending_[number].content]++] = number;
    }

    std::vector<std::size_t> next_event(pending_.size());
    log.sessions_.reserve(pending_.size());
    std::size_t first_event = 0;
    for (const std::uint32_t number : numbers) {
      const Pending& session = pending_[number];
      log.sessions_.push_back({first_event,
                               session.events,
                               session.duration,
                               {},
                               session.id,
                               session.user,
                               session.content,
                               session.has_user});
      next_event[number] = first_event;
      first_event += session.events;
    }
    // Events have no default; every place is overwritten.
    log.events_.assign(first_event, PlaybackEvent::play(std::nullopt));
    for (const Block& block : blocks_) {
      for (std::size_t i = 0; i < block.events.size(); ++i) {
        log.events_[next_event[block.owners[i]]++] = block.events[i];
      }
    }
  }

  /// Puts the events of every session in order, leaves out duplicates, so that what follows moves up, and
  /// notes which sessions need no repair, and what their wall clock was spent on.
  static void tidy_up(SessionLog& log) {
    std::size_t kept = 0;
    for (SessionLog::Session& session : log.sessions_) {
      const auto events = std::span(log.events_).subspan(session.first_event, session.event_count);
      if (!detail::is_ordered(events)) {
        const detail::OrderRepairs repairs = detail::order_events(events);
        log.repairs_.out_of_order += repairs.out_of_order;
        log.repairs_.far_times += repairs.far_times;
      }
      session.first_event = kept;
      for (const PlaybackEvent& event : events) {
        if (kept == session.first_event || !detail::is_duplicate(event, log.events_[kept - 1])) {
          log.events_[kept++] = event;
        }
      }
      log.repairs_.duplicates += events.size() - (kept - session.first_event);
      session.event_count = kept - session.first_event;
      const auto tidy = std::span(log.events_).subspan(session.first_event, session.event_count);
      session.clean_from = detail::clean_from(tidy);
      if (session.clean_from == (WallTime::max)()) continue;
      if (const auto states = detail::clean_states(tidy)) {
        session.has_clean_states = true;
        session.clean_states = log.clean_states_.size();
        log.clean_states_.push_back(*states);
      }
    }
    log.events_.erase(log.events_.begin() + static_cast<std::ptrdiff_t>(kept), log.events_.end());
  }

  SessionLog log_;  // ids and repairs; the rest is filled in at the end
  std::vector<Pending> pending_;
  detail::HashIndex index_;
  std::vector<Block> blocks_;
  std::vector<Dispute> disputes_;
};

}  // namespace viewership::inline v0

#endif  // VIEWERSHIP_SESSION_LOG_HPP
