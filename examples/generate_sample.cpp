// SPDX-License-Identifier: MIT
// Writes the sample log, examples/data/sample.ndjson, to standard output: 240 viewings of four made-up
// titles, always the same, with what real logs have. People leave, go back, skip the opening, stall and
// change the speed; and then ends, seeks and positions get lost on the way, events arrive twice or late, one
// line is cut off and one declares a duration that is wrong.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace {

/// splitmix64: the same numbers everywhere.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(high - low + 1));
  }
  bool in(std::int64_t chances, std::int64_t of) { return between(1, of) <= chances; }

 private:
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  std::uint64_t state_;
};

struct Title {
  std::string_view id;
  std::int64_t seconds;
  int viewings;
  int leave_per_10000;                // a second
  std::int64_t skip_from, skip_to;    // what many jump over, in seconds
  std::int64_t again_from, again_to;  // what many watch twice
  int others_per_100;                 // viewings that begin elsewhere, as when resumed
};

constexpr Title titles[] = {
    {"trailer", 90, 70, 60, 0, 0, 41, 52, 0},
    {"lesson-7", 420, 70, 16, 0, 0, 150, 190, 5},
    {"series-s1e1", 1560, 60, 6, 34, 96, 0, 0, 15},
    {"talk-42", 2700, 40, 7, 600, 720, 1500, 1560, 20},
};

struct Line {
  std::int64_t arrival;
  std::string text;
};

/// One viewing, a second at a time.
class Viewing {
 public:
  Viewing(const Title& title, int number, Random& random, std::vector<Line>& lines)
      : title_(title), random_(random), lines_(lines), length_(title.seconds * 1000) {
    session_ = fmt::format("{}-{}", title.id, number);
    if (!random.in(1, 8)) user_ = fmt::format("viewer-{}", random.between(1, 150));
    now_ = 1'790'000'000'000 + random.between(0, 36 * 3'600'000);
    if (random.in(title.others_per_100, 100)) playhead_ = random.between(1, title.seconds * 3 / 4) * 1000;
  }

  void run() {
    send("play", position());
    if (!start_up()) return;
    bool goes_back = random_.in(2, 5);
    bool skips = random_.in(3, 5);
    while (true) {
      const std::int64_t second = playhead_ / 1000;
      const bool finished = playhead_ >= length_;
      if (finished || random_.in(title_.leave_per_10000, 10'000)) return finish(finished);
      if (skips && second >= title_.skip_from && second < title_.skip_from + 3 && title_.skip_to > 0) {
        skips = false;
        seek(title_.skip_to * 1000 + random_.between(-2'000, 2'000));
      } else if (goes_back && second == title_.again_to && title_.again_to > 0) {
        goes_back = random_.in(1, 4);
        seek(title_.again_from * 1000 + random_.between(-1'500, 1'500));
      } else if (random_.in(1, 900)) {
        pause();
      } else if (random_.in(1, 400)) {
        stall();
      } else if (random_.in(1, 1'500)) {
        const auto speeds = {1.0, 1.25, 1.5, 2.0};
        rate_ = *(speeds.begin() + random_.between(0, 3));
        send("rate_change", position() + fmt::format(",\"rate\":{}", rate_));
      } else if (random_.in(1, 5'000)) {
        send("volume_change", position());  // a type that the log's readers do not know
      } else if (second % 120 == 0) {
        send("heartbeat", position());
      }
      play_for(std::min<std::int64_t>(1'000, length_ - playhead_));
    }
  }

 private:
  /// Some never get to see anything.
  bool start_up() {
    send("buffer_start", position());
    const std::int64_t wait =
        random_.in(1, 10) ? random_.between(4'000, 15'000) : random_.between(200, 2'500);
    now_ += wait;
    if (wait > 12'000) {
      send("end", position());
      return false;
    }
    send("buffer_end", position() + fmt::format(",\"duration_ms\":{}", wait));
    const std::int64_t heights[] = {480, 720, 1080};
    const std::int64_t height = heights[random_.between(0, 2)];
    send("quality_change", position() + fmt::format(",\"from_height\":360,\"to_height\":{},\"bitrate\":{}",
                                                    height, height * 2'800));
    return true;
  }

  void finish(bool to_the_end) {
    if (random_.in(1, to_the_end ? 20 : 6)) return;  // the tab was closed, the end never sent
    const bool silent = random_.in(1, 15);
    send("end", (silent ? "" : position()) + fmt::format(",\"watch_duration_ms\":{}", watched_));
  }

  void seek(std::int64_t to) {
    to = std::clamp<std::int64_t>(to, 0, length_);
    const std::string target = fmt::format(",\"to_ms\":{}", to);
    if (random_.in(1, 12)) {
      // lost on the way
    } else if (random_.in(1, 6)) {
      send("seek", target);  // this player does not say where it left from
    } else {
      send("seek", position() + target);
    }
    playhead_ = to;
  }

  void pause() {
    send("pause", position());
    now_ += random_.in(1, 6) ? random_.between(300'000, 3'000'000) : random_.between(2'000, 90'000);
    send("play", position());
  }

  void stall() {
    send("buffer_start", position());
    const std::int64_t wait = random_.between(300, 9'000);
    now_ += wait;
    if (!random_.in(1, 25)) send("buffer_end", position() + fmt::format(",\"duration_ms\":{}", wait));
  }

  void play_for(std::int64_t content) {
    const auto took = static_cast<std::int64_t>(static_cast<double>(content) / rate_);
    playhead_ += content;
    now_ += took;
    watched_ += took;
  }

  [[nodiscard]] std::string position() const { return fmt::format(",\"position_ms\":{}", playhead_); }

  void send(std::string_view type, const std::string& fields) {
    std::string text = fmt::format("{{\"session_id\":\"{}\"", session_);
    if (user_) text += fmt::format(",\"user_id\":\"{}\"", *user_);
    const bool wrong = session_ == "lesson-7-3" && type == "buffer_start";
    text += fmt::format(",\"content_id\":\"{}\",\"type\":\"{}\",\"at_ms\":{},\"content_duration_ms\":{}{}}}",
                        title_.id, type, now_, wrong ? 9'999'000 : length_, fields);
    const std::int64_t late = random_.in(1, 30) ? random_.between(1'000, 20'000) : 0;
    lines_.push_back({now_ + late, text});
    if (random_.in(1, 80)) lines_.push_back({now_ + late + 50, text});  // sent twice
  }

  const Title& title_;
  Random& random_;
  std::vector<Line>& lines_;
  std::int64_t length_;
  std::string session_;
  std::optional<std::string> user_;
  std::int64_t now_ = 0;
  std::int64_t playhead_ = 0;
  std::int64_t watched_ = 0;
  double rate_ = 1.0;
};

}  // namespace

int main() {
  Random random(20260901);
  std::vector<Line> lines;
  for (const Title& title : titles) {
    for (int i = 1; i <= title.viewings; ++i) Viewing(title, i, random, lines).run();
  }
  std::ranges::stable_sort(lines, {}, &Line::arrival);
  lines[lines.size() / 2].text.resize(60);  // as when a disk is full
  for (const Line& line : lines) fmt::print("{}\n", line.text);
}
