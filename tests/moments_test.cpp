// SPDX-License-Identifier: MIT
#include <viewership/moments.hpp>  // first: it must stand alone

#include <limits>

#include "catch.hpp"
#include "laws.hpp"

using namespace viewership;

namespace {

Moments fed(const std::vector<double>& values) {
  Moments moments;
  for (const double value : values) moments.add(value);
  return moments;
}

}  // namespace

TEST_CASE("of no value there is neither mean nor variance, of one no variance") {
  CHECK(Moments{}.result() == MomentsResult{});
  const MomentsResult one = fed({3.5}).result();
  CHECK(one.count == 1);
  CHECK(one.mean == 3.5);
  CHECK_FALSE(one.variance);
}

TEST_CASE("moments worked by hand") {
  // Mean 5; squared distances 9 + 1 + 1 + 1 + 0 + 0 + 4 + 16 = 32, over 7.
  const MomentsResult result = fed({2, 4, 4, 4, 5, 5, 7, 9}).result();
  CHECK(result.count == 8);
  CHECK_THAT(*result.mean, WithinRel(5.0, 1e-12));
  CHECK_THAT(*result.variance, WithinRel(32.0 / 7.0, 1e-12));
  CHECK(fed({7, 7, 7}).result().variance == 0.0);
}

TEST_CASE("a mean that is large against the spread loses nothing to cancellation") {
  // NIST StRD NumAcc4: 10^7 + 0.2, then alternately 10^7 + 0.1 and 10^7 + 0.3: the standard deviation is 0.1.
  // Shifted by 10^7 the decimals are kept to 2e-9 only, which bounds the answer.
  Moments moments;
  moments.add(10'000'000.2);
  for (int i = 0; i < 500; ++i) {
    moments.add(10'000'000.1);
    moments.add(10'000'000.3);
  }
  CHECK_THAT(*moments.result().mean, WithinRel(10'000'000.2, 1e-12));
  CHECK_THAT(*moments.result().variance, WithinRel(0.01, 1e-7));
}

TEST_CASE("values that are not finite are rejected and change nothing else") {
  const double infinity = std::numeric_limits<double>::infinity();
  const MomentsResult result =
      fed({1, infinity, 2, -infinity, std::numeric_limits<double>::quiet_NaN(), 3}).result();
  CHECK(result.count == 3);
  CHECK(result.rejected == 3);
  CHECK(result.mean == 2.0);
  CHECK(result.variance == 1.0);
}

TEST_CASE("no values make a mean or a variance that is not finite") {
  const double most = max_moments_value;
  const MomentsResult extremes = fed({most, -most, most, -most}).result();
  CHECK(extremes.count == 4);
  CHECK(extremes.mean == 0.0);
  CHECK(nearly_equal(extremes.variance, 4 * most * most / 3));

  const double huge = (std::numeric_limits<double>::max)();
  const MomentsResult beyond = fed({huge, 1, -huge, 3}).result();
  CHECK(beyond.rejected == 2);
  CHECK(beyond.mean == 2.0);

  Moments many = Moments::of((std::numeric_limits<std::uint64_t>::max)() / 2, most, 4 * most * most);
  many.merge(many);
  REQUIRE(many.result().variance);
  CHECK(std::isfinite(*many.result().variance));
}

TEST_CASE("moments obey the laws of an accumulator, to 1e-12") {
  Random random(1);
  std::vector<double> samples;
  for (int i = 0; i < 500; ++i)
    samples.push_back(static_cast<double>(random.between(-1'000'000, 3'000'000)) / 1000.0);
  samples.push_back(std::numeric_limits<double>::quiet_NaN());
  check_accumulator_laws([] { return Moments{}; }, samples,
                         [](const MomentsResult& a, const MomentsResult& b) {
                           return a.count == b.count && a.rejected == b.rejected &&
                                  nearly_equal(a.mean, b.mean) && nearly_equal(a.variance, b.variance);
                         });
}

TEST_CASE("moments of a summary are those of its values") {
  const MomentsResult result = fed({2, 4, 4, 4, 5, 5, 7, 9}).result();
  const Moments again = Moments::of(result.count, *result.mean, *result.variance);
  CHECK(nearly_equal(again.result().variance, result.variance));
  CHECK(again.result().mean == result.mean);
  CHECK(Moments::of(0, 5.0, 1.0) == Moments{});
  CHECK_FALSE(Moments::of(1, 5.0, 1.0).result().variance);
}

TEST_CASE("a summary that cannot be one is refused") {
  const double infinity = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const auto& [mean, variance] :
       {std::pair{nan, 1.0}, {infinity, 1.0}, {0.0, -1.0}, {0.0, nan}, {0.0, infinity}}) {
    try {
      (void)Moments::of(5, mean, variance);
      FAIL("accepted");
    } catch (const AnalyticsError& error) {
      CHECK(error.code() == ErrorCode::invalid_argument);
      CHECK(std::string(error.what()).rfind("Moments::of:", 0) == 0);
    }
  }
}
