// SPDX-License-Identifier: Apache-2.0
#include "lib/batch/job.h"

#include <string>
#include <utility>

#include <doctest/doctest.h>

#include "tests/support/temp_dir.h"

namespace gradphoto::batch {
namespace {

using namespace std::chrono_literals;

Result<Job> Loaded(const std::string& more) {
  const testing::TempDir dir;
  return LoadJob(dir.Write("job.yaml", "roster: r.csv\nphotos: [p]\noutput: out\n" + more));
}

TEST_CASE("the rules of the ledger") {
  const auto job = Loaded(
      "ledger: books/l.sqlite\nmax_failures: 5\nseason: summer-2022\npack: false\n"
      "deadlines:\n  spring-2022: 2021-11-01\n  2022年夏季: 2022-03-01\n");
  REQUIRE(job.has_value());
  CHECK(job->ledger.is_absolute());
  CHECK(job->ledger.filename() == "l.sqlite");
  CHECK(job->rules.max_failures == 5);
  CHECK(job->rules.deadlines.at("spring-2022") == 2021y / 11 / 1);
  CHECK(job->rules.deadlines.at("2022年夏季") == 2022y / 3 / 1);
  CHECK(job->season == "summer-2022");
  CHECK_FALSE(job->pack);
  CHECK(Loaded("")->ledger.empty());
  CHECK(Loaded("ledger: l\n")->rules.max_failures == 3);
}

TEST_CASE("identity cards: a folder or a list of them, and what they count") {
  using enum ledger::IdentityRule;
  CHECK(Loaded("")->rules.identity == kOff);
  const auto one = Loaded("id_cards: cards\n");
  REQUIRE(one.has_value());
  REQUIRE(one->id_cards.size() == 1);
  CHECK(one->id_cards[0].is_absolute());
  CHECK(one->rules.identity == kCheck);
  const auto several = Loaded("id_cards: [cards, more.zip]\nidentity: require\ncard_layout: ours.yaml\n");
  REQUIRE(several.has_value());
  CHECK(several->id_cards.size() == 2);
  CHECK(several->rules.identity == kRequire);
  CHECK(several->card_layout.filename() == "ours.yaml");
  CHECK(Loaded("id_cards: cards\nidentity: off\n")->rules.identity == kOff);
  for (const auto& [wrong, told] : {std::pair("identity: require\n", "identity needs id_cards"),
                                    std::pair("id_cards: c\nidentity: maybe\n", "off, check or require"),
                                    std::pair("id_cards: []\n", "at least one directory"),
                                    std::pair("card_layout: c.yaml\n", "card_layout needs id_cards")}) {
    const auto job = Loaded(wrong);
    REQUIRE_FALSE(job.has_value());
    CHECK(job.error().message.find(told) != std::string::npos);
  }
}

TEST_CASE("the language of the report is that of the locale unless the job names one") {
  CHECK(Loaded("")->language == "auto");
  for (const std::string language : {"zh", "en", "auto"}) {
    CHECK(Loaded("language: " + language + "\n")->language == language);
  }
  const auto german = Loaded("language: de\n");
  REQUIRE_FALSE(german.has_value());
  CHECK(german.error().message.find("zh, en or auto") != std::string::npos);
}

TEST_CASE("rules that cannot be meant are refused with their line") {
  const auto error = [](const std::string& more) {
    const auto job = Loaded(more);
    REQUIRE_FALSE(job.has_value());
    CHECK(job.error().kind == ErrorKind::kUsage);
    return job.error().message;
  };
  CHECK(error("ledger: l\ndeadlines: {spring-2022: 2021-11-31}\n").find("job.yaml:5") != std::string::npos);
  CHECK(error("ledger: l\ndeadlines: {spring: 2021-11-01}\n").find("four digits") != std::string::npos);
  CHECK(error("ledger: l\nmax_failures: 0\n").find("1 or more") != std::string::npos);
  CHECK(error("max_failures: 3\n").find("needs a ledger") != std::string::npos);
  CHECK(error("ledger: l\nmax_failure: 3\n").find("max_failures") != std::string::npos);
}

}  // namespace
}  // namespace gradphoto::batch
