// SPDX-License-Identifier: Apache-2.0
#include "lib/pipeline/many.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

using gradphoto::Record;
using gradphoto::pipeline::ManyOptions;
using gradphoto::pipeline::ProcessMany;

namespace {

std::vector<Record> Numbered(int count) {
  std::vector<Record> records(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) records[static_cast<std::size_t>(i)].photo = std::to_string(i);
  return records;
}

using Work = std::function<Record(Record)>;
using Sink = std::function<bool(Record)>;

}  // namespace

TEST_CASE("results come in the order of the input whatever the number of threads, one at a time") {
  for (const int threads : {0, 1, 2, 5}) {
    CAPTURE(threads);
    std::vector<std::string> seen;
    std::atomic<int> in_sink = 0, worst = 0;
    const Work work = [](Record record) {
      // Early records take longer than late ones.
      std::this_thread::sleep_for(std::chrono::microseconds(std::stoi(record.photo) % 7 == 0 ? 2000 : 50));
      record.output = "done " + record.photo;
      return record;
    };
    const Sink sink = [&](Record record) {
      worst = std::max(worst.load(), ++in_sink);
      seen.push_back(record.output);
      --in_sink;
      return true;
    };
    CHECK(ProcessMany<Record>(Numbered(100), {.threads = threads, .interrupted = {}}, work, sink) == 100);
    REQUIRE(seen.size() == 100);
    for (std::size_t i = 0; i < 100; ++i) REQUIRE(seen[i] == "done " + std::to_string(i));
    CHECK(worst == 1);
  }
}

TEST_CASE("nothing to do is nothing done") {
  int calls = 0;
  CHECK(ProcessMany<Record>(
            {}, {}, [&](Record r) { return ++calls, r; }, [&](Record) { return ++calls, true; }) == 0);
  CHECK(calls == 0);
}

TEST_CASE("an interruption leaves the rest undone; what was begun is delivered") {
  std::atomic<int> asked = 0, worked = 0;
  std::vector<std::string> seen;
  const ManyOptions options{.threads = 2, .interrupted = [&] { return ++asked > 30; }};
  const std::size_t done = ProcessMany<Record>(
      Numbered(1000), options, [&](Record record) { return ++worked, record; },
      [&](Record record) { return seen.push_back(record.photo), true; });
  CHECK(done == seen.size());
  CHECK(done == static_cast<std::size_t>(worked.load()));
  CHECK(done == 30);
  for (std::size_t i = 0; i < seen.size(); ++i) CHECK(seen[i] == std::to_string(i));
}

TEST_CASE("a sink that refuses ends the run soon: at most the photos in flight are worked on in vain") {
  std::atomic<int> worked = 0;
  int delivered = 0;
  const std::size_t done = ProcessMany<Record>(
      Numbered(1000), {.threads = 2, .interrupted = {}}, [&](Record record) { return ++worked, record; },
      [&](Record) { return ++delivered < 10; });
  CHECK(delivered == 10);
  CHECK(done == 10);
  CHECK(worked >= 10);
  CHECK(worked <= 10 + 2 * 2 + 1);
}

TEST_CASE("the number of records in flight is bounded") {
  std::atomic<int> begun = 0;
  int delivered = 0, most = 0;
  ProcessMany<Record>(
      Numbered(200), {.threads = 2, .interrupted = {}}, [&](Record record) { return ++begun, record; },
      [&](Record) {
        most = std::max(most, begun.load() - delivered);
        ++delivered;
        std::this_thread::sleep_for(std::chrono::microseconds(500));
        return true;
      });
  CHECK(delivered == 200);
  CHECK(most <= 2 * 2);
}
