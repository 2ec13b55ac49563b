// SPDX-License-Identifier: Apache-2.0
#include "lib/identity/lattice.h"

#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "tests/identity/lattices.h"

using gradphoto::identity::Alphabet;
using gradphoto::identity::Confidence;
using gradphoto::identity::FreeReading;
using gradphoto::identity::Lattice;
using gradphoto::identity::LogLikelihood;
using gradphoto::identity::Posteriors;
using gradphoto::identity::SymbolsOf;
using gradphoto::identity::TextOf;
using gradphoto::testing::LatticeOf;
using gradphoto::testing::Letters;
using gradphoto::testing::Opinion;
using gradphoto::testing::Sure;

namespace {

double LogOf(const Lattice& lattice, std::u32string_view text) {
  return LogLikelihood(lattice, SymbolsOf(text, Letters()));
}

}  // namespace

TEST_CASE("the likelihoods of all texts of a small lattice add up to one") {
  // Two frames over the blank, A and B: the texts are "", A, B, AB, BA; AA needs a third frame for the blank.
  const Alphabet two({0, U'A', U'B'});
  const Lattice lattice{{{{0, 0.5F}, {1, 0.3F}, {2, 0.2F}}, {{0, 0.1F}, {1, 0.6F}, {2, 0.3F}}}};
  double sum = 0;
  for (const char32_t* text : {U"", U"A", U"B", U"AB", U"BA"}) {
    sum += std::exp(LogLikelihood(lattice, SymbolsOf(text, two)));
  }
  CHECK(sum == doctest::Approx(1).epsilon(1e-4));
  // A alone: blank A, A blank, A A.
  CHECK(std::exp(LogLikelihood(lattice, SymbolsOf(U"A", two))) ==
        doctest::Approx(0.5 * 0.6 + 0.3 * 0.1 + 0.3 * 0.6));
  CHECK(LogLikelihood(lattice, SymbolsOf(U"AA", two)) == -std::numeric_limits<double>::infinity());
}

TEST_CASE("a repeated character needs the blank between") {
  const Lattice twice = LatticeOf(Sure("00"));
  CHECK(TextOf(FreeReading(twice, Letters())) == U"00");
  CHECK(LogOf(twice, U"00") > -0.1);
  CHECK(LogOf(twice, U"0") < -5);
}

TEST_CASE("a character that is not in the alphabet is any glyph, and only a glyph") {
  const Lattice lattice = LatticeOf(Sure("王小明"));
  REQUIRE_FALSE(Letters().ClassOf(U'㛃').has_value());
  CHECK(LogOf(lattice, U"王㛃明") > -0.1);
  CHECK(LogOf(lattice, U"王㛃") < -5);
  CHECK(LogOf(lattice, U"王㛃小明") < -5);
}

TEST_CASE("posteriors say which of the characters is seen") {
  const auto lattice = LatticeOf({{{U'王', 0.99}}, {{U'小', 0.6}, {U'明', 0.3}}, {{U'明', 0.98}}});
  const auto seen = Posteriors(lattice, SymbolsOf(U"王小明", Letters()));
  REQUIRE(seen.size() == 3);
  CHECK(seen[0] == doctest::Approx(0.99));
  CHECK(seen[1] == doctest::Approx(0.6));
  CHECK(seen[2] == doctest::Approx(0.98));
  const auto other = Posteriors(lattice, SymbolsOf(U"王伟明", Letters()));
  CHECK(other[1] < 0.01);
  // More characters than frames.
  for (const double none : Posteriors(LatticeOf({}), SymbolsOf(U"王小明", Letters()))) CHECK(none == 0);
  CHECK(Posteriors({}, SymbolsOf(U"王", Letters())) == std::vector<double>{0});
}

TEST_CASE("the free reading joins frames, and its confidence is that of the least sure character") {
  Lattice lattice = LatticeOf({{{U'王', 0.7}}, {{U' ', 0.9}}, {{U'明', 0.8}}});
  lattice.frames.insert(lattice.frames.begin() + 1, {{*Letters().ClassOf(U'王'), 0.95F}, {0, 0.05F}});
  const auto glyphs = FreeReading(lattice, Letters());
  REQUIRE(glyphs.size() == 3);
  CHECK(glyphs[0].frame == 1);
  CHECK(glyphs[0].probability == doctest::Approx(0.95));
  CHECK(TextOf(glyphs) == U"王明");
  CHECK(Confidence(glyphs) == doctest::Approx(0.8));
  CHECK(FreeReading({}, Letters()).empty());
  CHECK(Confidence({}) == 0);
}
