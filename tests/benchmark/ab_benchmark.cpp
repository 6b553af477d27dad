// SPDX-License-Identifier: MIT
// What assigning units to variants costs, beside the classic loop. Run with random interleaving and
// repetitions, and read the ratios of the medians:
//   ab_benchmark --benchmark_enable_random_interleaving=true --benchmark_repetitions=9
#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <viewership/ab_testing.hpp>

#include "classic_assignment.hpp"

namespace {

using namespace viewership;

constexpr std::size_t unit_count = 16'384;  // more than a branch predictor can learn by heart

std::uint64_t scrambled(std::uint64_t i) {  // splitmix64
  i = (i + 1) * 0x9e37'79b9'7f4a'7c15;
  i = (i ^ (i >> 30)) * 0xbf58'476d'1ce4'e5b9;
  i = (i ^ (i >> 27)) * 0x94d0'49bb'1331'11eb;
  return i ^ (i >> 31);
}

enum class Ids : int { sequential, shuffled, uuid, email };

std::vector<std::string> ids_of(Ids kind) {
  constexpr char hex[] = "0123456789abcdef";
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < unit_count; ++i) {
    switch (kind) {
      case Ids::sequential:
        ids.push_back("user_" + std::to_string(100'000 + i));
        break;
      case Ids::shuffled:
        ids.push_back("user_" + std::to_string(100'000 + scrambled(i) % 900'000));
        break;
      case Ids::uuid: {
        std::string id;
        for (std::size_t k = 0; k < 36; ++k) {
          const bool dash = k == 8 || k == 13 || k == 18 || k == 23;
          id += dash ? '-' : hex[scrambled(i * 64 + k) % 16];
        }
        ids.push_back(id);
        break;
      }
      case Ids::email: {  // 10 to 26 letters
        std::string id(3 + scrambled(i) % 17, 'a');
        for (std::size_t k = 0; k < id.size(); ++k)
          id[k] = static_cast<char>('a' + scrambled(i * 64 + k) % 26);
        ids.push_back(id + "@ab.com");
        break;
      }
    }
  }
  return ids;
}

Experiment experiment_of(std::size_t variants, double coverage = 1.0) {
  ExperimentDefinition definition{.id = "exp-1"};
  for (std::size_t i = 0; i < variants; ++i) definition.variants.push_back({.id = "v" + std::to_string(i)});
  definition.coverage = coverage;
  return Experiment(definition);
}

/// Times `assign(ids, answers)` and reports ids a second.
template <class Answer, class Assign>
void measure(benchmark::State& state, Ids kind, const Assign& assign) {
  const std::vector<std::string> ids = ids_of(kind);
  std::vector<Answer> answers(unit_count);
  for (auto _ : state) {
    assign(ids, answers);
    benchmark::DoNotOptimize(answers.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * std::int64_t{unit_count});
}

void classic_loop(benchmark::State& state, Ids kind, std::size_t variants) {
  const std::vector<double> weights(variants, 1.0 / static_cast<double>(variants));
  measure<std::uint32_t>(state, kind,
                         [&](const auto& ids, auto& answers) { classic::assign(weights, ids, answers); });
}

void one_by_one(benchmark::State& state, Ids kind, std::size_t variants, double coverage) {
  const Experiment experiment = experiment_of(variants, coverage);
  measure<Assignment>(state, kind, [&](const auto& ids, auto& answers) {
    for (std::size_t i = 0; i < ids.size(); ++i) answers[i] = assign_variant(experiment, ids[i]);
  });
}

void batch(benchmark::State& state, Ids kind, std::size_t variants, double coverage) {
  const Experiment experiment = experiment_of(variants, coverage);
  measure<Assignment>(state, kind,
                      [&](const auto& ids, auto& answers) { assign_variants(experiment, ids, answers); });
}

#define ASSIGN(name, ...)                                \
  BENCHMARK_CAPTURE(classic_loop, name, __VA_ARGS__);    \
  BENCHMARK_CAPTURE(one_by_one, name, __VA_ARGS__, 1.0); \
  BENCHMARK_CAPTURE(batch, name, __VA_ARGS__, 1.0)

ASSIGN(sequential_2, Ids::sequential, 2);
ASSIGN(sequential_5, Ids::sequential, 5);
ASSIGN(shuffled_2, Ids::shuffled, 2);
ASSIGN(uuid_2, Ids::uuid, 2);
ASSIGN(email_2, Ids::email, 2);
BENCHMARK_CAPTURE(one_by_one, sequential_half_covered, Ids::sequential, 2, 0.5);
BENCHMARK_CAPTURE(batch, sequential_half_covered, Ids::sequential, 2, 0.5);

}  // namespace

BENCHMARK_MAIN();
