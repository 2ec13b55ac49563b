// SPDX-License-Identifier: Apache-2.0
#include "cli/batch/watch.h"

#include <csignal>
#include <cstdint>
#include <ctime>
#include <optional>
#include <utility>

#include <sys/eventfd.h>
#include <unistd.h>

#include "lib/base/file.h"
#include "lib/base/file_descriptor.h"
#include "lib/batch/watch.h"

namespace gradphoto::cli {
namespace {

// Written by the signal handlers only.
volatile std::sig_atomic_t end_was_asked = 0, delivery_was_asked = 0;
volatile std::sig_atomic_t waking_fd = -1;

void Wake() {
  const std::uint64_t one = 1;
  (void)!write(waking_fd, &one, sizeof(one));
}

void OnEnd(int signal) {
  end_was_asked = 1;
  std::signal(signal, SIG_DFL);  // A second one ends the process at once.
  Wake();
}

void OnDelivery(int /*signal*/) {
  delivery_was_asked = 1;
  Wake();
}

// The next time that the clock of the wall shows it.
Result<std::time_t> NextTime(const std::string& text) {
  std::tm wanted{};
  const char* const end = strptime(text.c_str(), "%H:%M", &wanted);
  if (end == nullptr || *end != '\0') {
    return Fail(ErrorKind::kUsage, "--until '" + text + "' is no time of a day; write it as 22:00");
  }
  const std::time_t now = std::time(nullptr);
  std::tm day{};
  localtime_r(&now, &day);
  day.tm_hour = wanted.tm_hour;
  day.tm_min = wanted.tm_min;
  day.tm_sec = 0;
  day.tm_isdst = -1;
  std::tm next = day;
  const std::time_t today = std::mktime(&day);
  if (today > now) return today;
  ++next.tm_mday;
  return std::mktime(&next);
}

}  // namespace

void AddWatchOptions(CLI::App& app, WatchOptions& options) {
  auto* watch =
      app.add_flag("--watch", options.watch,
                   "Stay: answer each photo as it arrives, on live/index.html and in answers/ of the output; "
                   "pack and report after 30 quiet seconds or SIGUSR1");
  for (const char* other : {"--dry-run", "--shard", "--merge"}) watch->excludes(app.get_option(other));
  app.add_option("--until", options.until, "End the watch at this time of the day, e.g. 22:00")
      ->needs(watch)
      ->type_name("TIME");
  app.add_option("--poll", options.poll_s,
                 "Also look into the folders as often, for shares that do not tell what arrives")
      ->needs(watch)
      ->check(CLI::Range(1, 3600))
      ->type_name("SECONDS");
}

Result<batch::RunResult> RunWatch(const batch::Job& job, batch::RunOptions run, const WatchOptions& options,
                                  bool has_moment, void (*print)(const batch::RunResult&)) {
  std::optional<std::time_t> until;
  if (!options.until.empty()) {
    TRY_ASSIGN(until, NextTime(options.until));
  }
  const FileDescriptor wake(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (!wake.IsOpen()) return Fail(ErrorKind::kInternal, "eventfd: " + ErrnoText());
  waking_fd = wake.get();
  std::signal(SIGINT, OnEnd);
  std::signal(SIGTERM, OnEnd);
  std::signal(SIGUSR1, OnDelivery);
  run.tool += " --watch";
  batch::WatchOptions watch;
  watch.poll = std::chrono::seconds(options.poll_s);
  watch.keeps_moment = has_moment;
  watch.wake_fd = wake.get();
  watch.ends = [&] {
    std::uint64_t woken = 0;
    (void)!read(wake.get(), &woken, sizeof(woken));
    return end_was_asked != 0 || (until && std::time(nullptr) >= *until);
  };
  watch.delivers = [] { return std::exchange(delivery_was_asked, 0) != 0; };
  watch.delivered = print;
  auto result = batch::Watch(job, std::move(run), watch);
  std::signal(SIGUSR1, SIG_IGN);
  return result;
}

}  // namespace gradphoto::cli
