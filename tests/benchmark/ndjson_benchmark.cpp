// SPDX-License-Identifier: MIT
// What it costs to read an event log end to end (parse, intern, group, sort), beside simdjson merely reading
// the same fields of the same text. Sessions are interleaved as a server would see them: by time. Run with
// random interleaving and repetitions, and read the ratios of the medians:
//   ndjson_benchmark --benchmark_enable_random_interleaving=true --benchmark_repetitions=9
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include <viewership/io/ndjson.hpp>

#include "workload.hpp"
#include "workload_events.hpp"

namespace {

using namespace viewership;
using workload::Tag;

struct Item {
  std::uint64_t session;
  std::int64_t user;
  workload::Event event;
};

/// Every event of workload a, by time.
const std::vector<Item>& items() {
  static const std::vector<Item> all = [] {
    std::vector<Item> list;
    std::uint64_t session = 0;
    std::int64_t user = 0;
    workload::generate(
        workload::a,
        [&](std::uint64_t s, std::int64_t u, std::int64_t) {
          session = s;
          user = u;
        },
        [&](const workload::Event& event) {
          list.push_back({session, user, event});
        });
    std::ranges::stable_sort(list, {}, [](const Item& item) { return item.event.time; });
    return list;
  }();
  return all;
}

std::string text_of(const Item& item) {
  const workload::Event& e = item.event;
  const auto number = [](const char* key, std::int64_t value) {
    return ",\"" + std::string(key) + "\":" + std::to_string(value);
  };
  const auto line = [&](const char* type, const std::string& rest) {
    return R"({"session_id":"s)" + std::to_string(item.session) + R"(","user_id":"u)" +
           std::to_string(item.user) + R"(","content_id":"c0","type":")" + type + '"' +
           number("at_ms", e.time) + rest + "}\n";
  };
  const std::string position = number("position_ms", e.position);
  switch (e.tag) {
    case Tag::play:
      return line("play", "");
    case Tag::pause:
      return line("pause", position);
    case Tag::seek:
      return line("seek", position + number("to_ms", e.payload));
    case Tag::buffer_start:
      return line("buffer_start", position);
    case Tag::buffer_end:
      return line("buffer_end", position + number("duration_ms", e.payload));
    case Tag::quality_change:
      return line("quality_change", number("from_height", e.from_height) + number("to_height", e.to_height) +
                                        number("bitrate", e.payload));
    case Tag::end:
      break;
  }
  return line("end", position + number("watch_duration_ms", e.payload));
}

const simdjson::padded_string& text() {
  static const simdjson::padded_string all = [] {
    std::string lines;
    for (const Item& item : items()) lines += text_of(item);
    return simdjson::padded_string(lines);
  }();
  return all;
}

void count_events(benchmark::State& state) {
  state.counters["ns/event"] =
      benchmark::Counter(static_cast<double>(items().size()),
                         benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

/// The fields of one line, in the order in which they come: simdjson at its best, which knows the layout
/// beforehand and checks nothing it does not read.
std::int64_t fields_of(simdjson::ondemand::object object) {
  const auto text_size = [&](std::string_view key) {
    return static_cast<std::int64_t>(std::string_view(object.find_field(key)).size());
  };
  const auto number = [&](std::string_view key) { return std::int64_t{object.find_field(key)}; };
  std::int64_t sum = text_size("session_id") + text_size("user_id") + text_size("content_id");
  const std::string_view type = object.find_field("type");
  sum += static_cast<std::int64_t>(type.size()) + number("at_ms");
  if (type == "play") return sum;
  if (type == "quality_change") return sum + number("from_height") + number("to_height") + number("bitrate");
  sum += number("position_ms");
  if (type == "seek") return sum + number("to_ms");
  if (type == "buffer_end") return sum + number("duration_ms");
  if (type == "end") return sum + number("watch_duration_ms");
  return sum;
}

/// The same from a document whose layout is not known: every key is looked at.
std::int64_t any_fields_of(simdjson::ondemand::object object) {
  std::int64_t sum = 0;
  for (auto member : object) {
    simdjson::ondemand::field field = std::move(member);
    const detail::LogField known = detail::log_field(field.unescaped_key());
    if (detail::is_text(known)) {
      sum += static_cast<std::int64_t>(std::string_view(field.value()).size());
    } else if (detail::is_number(known)) {
      sum += std::int64_t{field.value()};
    }
  }
  return sum;
}

using Fields = std::int64_t (*)(simdjson::ondemand::object);

std::int64_t bare_by_line(simdjson::ondemand::parser& parser, Fields fields) {
  std::int64_t sum = 0;
  const char* at = text().data();
  const char* const end = at + text().size();
  while (at != end) {
    const char* const line_feed =
        static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at)));
    const auto size = static_cast<std::size_t>(line_feed - at);
    const simdjson::padded_string_view line(at, size, size + simdjson::SIMDJSON_PADDING);
    simdjson::ondemand::document document = parser.iterate(line);
    sum += fields(document.get_object());
    at = line_feed + 1;
  }
  return sum;
}

std::int64_t bare_as_stream(simdjson::ondemand::parser& parser, Fields fields) {
  std::int64_t sum = 0;
  simdjson::ondemand::document_stream documents = parser.iterate_many(text());
  for (auto document : documents) sum += fields(document.get_object());
  return sum;
}

void bare(benchmark::State& state, std::int64_t (*pass)(simdjson::ondemand::parser&, Fields), Fields fields) {
  simdjson::ondemand::parser parser;
  parser.threaded = false;  // CPU is what is compared
  for (auto _ : state) benchmark::DoNotOptimize(pass(parser, fields));
  count_events(state);
}

void whole(benchmark::State& state, bool speculate) {
  const std::string_view lines(text().data(), text().size());
  for (auto _ : state) benchmark::DoNotOptimize(parse_ndjson(lines, {.speculate = speculate}));
  count_events(state);
}

/// Only the lines, as `read` reads them: what is left of it is interning, grouping and sorting.
void scan(benchmark::State& state) {
  detail::LayoutScanner scanner;
  detail::LineParser parser;
  for (auto _ : state) {
    detail::LogLine line;
    std::int64_t sum = 0;
    const char* const end = text().data() + text().size();
    for (const char* at = text().data(); at != end;) {
      const char* const next =
          static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at))) + 1;
      if (!scanner.scan(at, line)) {
        (void)parser.parse({at, next}, line);
        scanner.learn({at, next});
      }
      sum += detail::EventFields::position(detail::event_of(line));
      at = next;
    }
    benchmark::DoNotOptimize(sum);
  }
  count_events(state);
}

/// What is left: the events by themselves, into a log.
void build(benchmark::State& state) {
  struct Ready {
    std::string session, user;
    PlaybackEvent event;
  };
  static const std::vector<Ready> ready = [] {
    std::vector<Ready> list;
    for (const Item& item : items()) {
      list.push_back({"s" + std::to_string(item.session), "u" + std::to_string(item.user),
                      workload::event_of(item.event, workload::Times::everywhere)});
    }
    return list;
  }();
  for (auto _ : state) {
    SessionLogBuilder builder;
    for (const Ready& r : ready) builder.add(r.session, r.user, "c0", r.event);
    benchmark::DoNotOptimize(builder.finish());
  }
  count_events(state);
}

/// A comparison is worth nothing unless every side says the same.
void check() {
  const auto refuse = [](const char* what) {
    std::fprintf(stderr, "ndjson_benchmark: %s\n", what);
    std::exit(1);
  };
  if (workload::digest(workload::a) != workload::a.digest) refuse("wrong digest of the workload");
  SessionLogBuilder builder;
  for (const Item& item : items()) {
    workload::Event reported = item.event;
    PlaybackEvent event = workload::event_of(reported, workload::Times::everywhere);
    builder.add("s" + std::to_string(item.session), "u" + std::to_string(item.user), "c0", event);
  }
  const SessionLog expected = builder.finish();
  for (const bool speculate : {false, true}) {
    const NdjsonLog read = parse_ndjson({text().data(), text().size()}, {.speculate = speculate});
    if (read.report.events != items().size()) refuse("lines were lost");
    if (!std::ranges::equal(read.log.events(), expected.events())) refuse("events differ from those written");
    for (std::size_t i = 0; i < expected.size(); ++i) {
      if (read.log[i].session_id != expected[i].session_id || read.log[i].user_id != expected[i].user_id) {
        refuse("sessions differ from those written");
      }
    }
  }
  simdjson::ondemand::parser parser;
  const std::int64_t sum = bare_by_line(parser, fields_of);
  if (sum != bare_by_line(parser, any_fields_of) || sum != bare_as_stream(parser, fields_of) ||
      sum != bare_as_stream(parser, any_fields_of)) {
    refuse("the ways of using simdjson disagree");
  }
}

}  // namespace

int main(int argc, char** argv) {
  check();
  const auto add = [](const char* name, auto function, auto... arguments) {
    benchmark::RegisterBenchmark(name, function, arguments...)->Unit(benchmark::kMillisecond);
  };
  add("simdjson_by_line/keys_known", bare, bare_by_line, fields_of);
  add("simdjson_by_line/keys_unknown", bare, bare_by_line, any_fields_of);
  add("simdjson_as_stream/keys_known", bare, bare_as_stream, fields_of);
  add("simdjson_as_stream/keys_unknown", bare, bare_as_stream, any_fields_of);
  add("read_ndjson", whole, true);
  add("read_ndjson/without_speculation", whole, false);
  add("read_ndjson/only_lines", scan);
  add("read_ndjson/only_log", build);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
}
