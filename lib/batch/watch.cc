// SPDX-License-Identifier: Apache-2.0
#include "lib/batch/watch.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <malloc.h>
#include <poll.h>

#include "lib/batch/arrivals.h"
#include "lib/batch/books.h"
#include "lib/batch/cards.h"
#include "lib/batch/layout.h"
#include "lib/batch/link.h"
#include "lib/batch/preflight.h"
#include "lib/batch/purge.h"
#include "lib/batch/station.h"
#include "lib/batch/whole.h"
#include "lib/batch/work.h"
#include "lib/pipeline/identification.h"
#include "lib/pipeline/output_names.h"

namespace gradphoto::batch {
namespace {

namespace fs = std::filesystem;
using Clock = Arrivals::Clock;

constexpr std::chrono::seconds kTick{5};   // Looks whether folders were replaced, and tries again what failed.
constexpr std::chrono::seconds kLeast{2};  // Work between two looks at what arrived meanwhile.
constexpr std::chrono::seconds kLast{10};  // For what came before the end.
constexpr std::chrono::milliseconds kBetweenShows{300};

std::string KeyOf(const Record& record) {
  return record.student ? "student " + record.student->key : "photo " + record.photo;
}

// The files that a linked record speaks of.
std::vector<std::string> FilesOf(const Record& record) {
  std::vector<std::string> files = pipeline::CardsOf(record);
  if (!record.photo.empty()) files.push_back(record.photo);
  if (auto reference = record.comparison.value("reference", ""); !reference.empty()) {
    files.push_back(std::move(reference));
  }
  return files;
}

class Watcher {
 public:
  static Result<std::unique_ptr<Watcher>> Open(const Job& job, RunOptions options, const WatchOptions& watch);

  Result<RunResult> Run();

 private:
  // What was found of a record, and what it followed from: the linked record, its files, the day.
  struct Known {
    std::string mark;
    Record record;
  };
  // What one look at the folders showed.
  struct Look {
    LinkedJob linked;
    std::unordered_map<std::string, Arrivals::Seen> seen;
    std::vector<std::string> marks;  // Of linked.records.
  };
  enum class Done { kAll, kSome };  // kSome: look again at once.

  Watcher(const Job& job, RunOptions options, const WatchOptions& watch, Arrivals arrivals)
      : job_(job), options_(std::move(options)), watch_(watch), arrivals_(std::move(arrivals)) {}

  Result<void> ReadRoster(Clock::time_point now);
  Result<Look> LookAround();
  std::vector<std::size_t> ChangedIn(const Look& look) const;
  Result<Done> TakeUp();
  Result<Done> WorkOn(const Context& context, const std::vector<std::size_t>& changed);
  void Answer(const Record& linked, const std::string& mark, Record record, Result<void>& failure);
  Result<void> AnswerTheRest();
  Result<void> Show();
  Result<void> Deliver(bool is_last);
  void RenewWorkshop();
  bool HasEvents();
  bool MustEnd() const { return watch_.ends && watch_.ends(); }
  std::chrono::seconds PollEvery();
  void Wait(std::optional<Clock::time_point> until) const;
  Context ContextFor(Notes& notes) {
    return {job_, options_, notes, hashes_, opened_ ? &opened_->ledger : nullptr};
  }
  const PhotoFile* FileOfPhoto(const std::string& photo) const;
  bool IsAsSeen(const std::string& photo) const;  // By the last look.

  const Job& job_;
  RunOptions options_;
  const WatchOptions& watch_;
  std::optional<FileLock> lock_;
  std::optional<ledger::OpenedLedger> opened_;
  KnownHashes hashes_;
  Journals journals_;
  std::unique_ptr<Workshop> workshop_;
  Arrivals arrivals_;
  std::optional<Station> station_;  // Always, once it is open.
  std::optional<roster::Roster> roster_;
  std::string roster_mark_, payments_mark_;
  Look look_;  // The last.
  std::map<std::string, Known> known_;
  std::size_t last_photos_ = 0;
  bool is_tidy_ = false;  // Everything was worked on once.
  Clock::time_point started_at_;
  bool arrived_ = false;  // Something happened that no look has seen yet.
  bool is_ending_ = false;
  bool told_unwatched_ = false;
  bool is_behind_ = true;  // What was delivered last is not what is known now.
  Clock::time_point changed_at_ = Clock::now();
  RunResult result_;
};

Result<std::unique_ptr<Watcher>> Watcher::Open(const Job& job, RunOptions options, const WatchOptions& watch) {
  TRY(CheckPlaces(job));
  options.watching = true;
  options.interrupted = {};
  options.progress = {};
  TRY_ASSIGN(auto lock, LockOutput(job, options));
  TRY(RemoveTemporaries(OutputLayout(job.output)));
  TRY_ASSIGN(auto opened, OpenLedgerOf(job, options));
  std::vector<fs::path> files = RosterFiles(job);
  for (const fs::path& file : {job.mapping, job.payments}) {
    if (!file.empty()) files.push_back(file);
  }
  std::error_code ignored;
  for (const fs::path& place : PhotoPlaces(job)) {
    if (!fs::is_directory(place, ignored)) files.push_back(place);  // A zip.
  }
  TRY_ASSIGN(auto arrivals, Arrivals::Create(files));
  std::unique_ptr<Watcher> watcher(new Watcher(job, std::move(options), watch, std::move(arrivals)));
  watcher->lock_ = std::move(lock);
  watcher->opened_ = std::move(opened);
  Notes notes(watcher->options_.note);
  const Context context = watcher->ContextFor(notes);
  TRY_ASSIGN(watcher->journals_, JournalsOf(context));
  TRY_ASSIGN(watcher->workshop_, OpenWorkshop(context));
  TRY_ASSIGN(watcher->station_, Station::Open(job, watcher->options_));  // The page is there: it is ready.
  if (watcher->opened_ && !watcher->options_.accept_fewer) {
    TRY_ASSIGN(watcher->last_photos_, watcher->opened_->ledger.PhotosLastTime(PlaceOf(job)));
  }
  return watcher;
}

bool Watcher::HasEvents() {
  arrived_ |= arrivals_.TakeEvents();
  return arrived_;
}

// Folders that the system does not watch are looked into like those of a share.
std::chrono::seconds Watcher::PollEvery() {
  if (arrivals_.unwatched() == 0 || watch_.poll.count() > 0) return watch_.poll;
  if (!std::exchange(told_unwatched_, true)) {
    Notes(options_.note)
        .Warn(fmt::format("{} folders cannot be watched (fs.inotify.max_user_watches); they are "
                          "looked into every {} seconds",
                          arrivals_.unwatched(), kTick.count()));
  }
  return kTick;
}

void Watcher::Wait(std::optional<Clock::time_point> until) const {
  auto left = std::chrono::duration_cast<std::chrono::milliseconds>(kTick);
  if (until) {
    left = std::min(left, std::chrono::ceil<std::chrono::milliseconds>(*until - Clock::now()));
  }
  std::array<pollfd, 2> files = {{{.fd = arrivals_.fd(), .events = POLLIN, .revents = 0},
                                  {.fd = watch_.wake_fd, .events = POLLIN, .revents = 0}}};
  if (left.count() > 0) poll(files.data(), files.size(), static_cast<int>(left.count()));
}

// Of the roster only a whole one counts: half of one would be half of the students gone.
Result<void> Watcher::ReadRoster(Clock::time_point now) {
  std::string mark = ledger::FormatDay(options_.moment.today);
  for (const fs::path& file : RosterFiles(job_)) {
    const Arrivals::Seen seen = arrivals_.See(file.string(), now);
    if (roster_ && !seen.whole) return {};
    mark += " " + seen.mark.Text();
  }
  if (!job_.payments.empty()) payments_mark_ = arrivals_.See(job_.payments.string(), now).mark.Text();
  if (roster_ && mark == roster_mark_) return {};
  TRY_ASSIGN(roster_, ReadJobRosters(job_, options_.moment.today));
  roster_mark_ = std::move(mark);
  return {};
}

Result<Watcher::Look> Watcher::LookAround() {
  Look look;
  while (true) {
    arrivals_.TakeEvents();
    arrived_ = false;
    const Clock::time_point now = Clock::now();
    arrivals_.BeginLook();
    TRY(ReadRoster(now));
    look.seen.clear();
    const LinkHelp help{.known_roster = &*roster_, .takes = [&](const PhotoFile& file) {
                          const Arrivals::Seen& seen =
                              look.seen.emplace(file.path, arrivals_.See(file.path, now)).first->second;
                          return seen.whole || seen.was_whole;
                        }};
    Notes quiet;
    TRY_ASSIGN(look.linked, LinkJob(job_, options_.moment.today, help, quiet));
    arrivals_.EndLook();
    std::vector<std::string> folders;
    for (const PhotoListing* listing :
         {&look.linked.files.photos, &look.linked.files.references, &look.linked.files.id_cards}) {
      folders.insert(folders.end(), listing->folders.begin(), listing->folders.end());
    }
    // A folder that is watched only now may have got something before.
    if (!arrivals_.Watch(folders)) break;
  }
  const std::string common = roster_mark_.substr(0, roster_mark_.find(' ')) + " " + payments_mark_;
  for (const Record& record : look.linked.records) {
    std::string mark = common + " " + ToLine(record);
    for (const std::string& file : FilesOf(record)) {
      const auto seen = look.seen.find(file);
      if (seen != look.seen.end()) mark += " " + seen->second.mark.Text();
    }
    look.marks.push_back(std::move(mark));
  }
  return look;
}

// Those without a photo first, for they take no time; then the photos, the newest first: whoever stands there
// is answered, whatever else waits.
std::vector<std::size_t> Watcher::ChangedIn(const Look& look) const {
  std::vector<std::pair<Clock::time_point, std::size_t>> changed;
  for (std::size_t i = 0; i < look.marks.size(); ++i) {
    const Record& record = look.linked.records[i];
    const auto known = known_.find(KeyOf(record));
    if (known != known_.end() && known->second.mark == look.marks[i]) continue;
    // A file that is written anew says what it says when it is whole.
    const auto is_whole = [&](const std::string& file) {
      const auto seen = look.seen.find(file);
      return seen == look.seen.end() || seen->second.whole;
    };
    if (!std::ranges::all_of(FilesOf(record), is_whole)) continue;
    const auto photo = look.seen.find(record.photo);
    changed.emplace_back(photo == look.seen.end() ? Clock::time_point::max() : photo->second.since, i);
  }
  std::ranges::stable_sort(changed, std::ranges::greater(), &std::pair<Clock::time_point, std::size_t>::first);
  std::vector<std::size_t> places;
  for (const auto& [since, place] : changed) places.push_back(place);
  return places;
}

const PhotoFile* Watcher::FileOfPhoto(const std::string& photo) const {
  const std::vector<PhotoFile>& files = look_.linked.files.photos.photos;
  const auto found = std::ranges::lower_bound(files, photo, {}, &PhotoFile::path);
  return found != files.end() && found->path == photo ? &*found : nullptr;
}

bool Watcher::IsAsSeen(const std::string& photo) const {
  const auto seen = look_.seen.find(photo);
  return seen != look_.seen.end() && MarkOf(photo) == seen->second.mark;
}

// A line that could not be written leaves the record unknown: it is tried again.
void Watcher::Answer(const Record& linked, const std::string& mark, Record record, Result<void>& failure) {
  if (!failure) return;
  if (const PhotoFile* file = FileOfPhoto(record.photo)) {
    failure = station_->Tell(*file, look_.seen.at(file->path).mark.Text(), record);
    if (!failure) return;
  }
  known_[KeyOf(linked)] = {mark, std::move(record)};
  if (Clock::now() - station_->shown_at() >= kBetweenShows) failure = Show();
}

// Several photos of one student stand in no record.
Result<void> Watcher::AnswerTheRest() {
  for (const roster::OpenFile& open : look_.linked.files.result.open) {
    if (open.rows.size() != 1 || open.candidate) continue;
    const auto known = known_.find(KeyOf(look_.linked.records[open.rows.front()]));
    if (known == known_.end() || !known->second.record.photo.empty()) continue;
    TRY(station_->Tell(open.file, look_.seen.at(open.file.path).mark.Text(), known->second.record));
  }
  return {};
}

Result<void> Watcher::Show() {
  std::vector<const Record*> records;
  for (const Record& record : look_.linked.records) {
    const auto known = known_.find(KeyOf(record));
    records.push_back(known == known_.end() ? &record : &known->second.record);
  }
  return station_->Show(records);
}

// Errors: as WorkOnPhotos, but for what only means that there is more to look at.
Result<Watcher::Done> Watcher::WorkOn(const Context& context, const std::vector<std::size_t>& changed) {
  const std::vector<Record>& linked = look_.linked.records;
  std::vector<Record> records;
  for (const std::size_t i : changed) records.push_back(linked[i]);
  TRY_ASSIGN(const auto names, OutputNamesOf(job_, linked));
  pipeline::OutputNames own;
  for (const Record& record : records) {
    if (const auto name = names.find(record.photo); name != names.end()) own.insert(*name);
  }
  const OutputLayout layout(job_.output);
  TRY(pipeline::RefuseOverwritingInputs(records, own, layout.Standardized()));
  TRY_ASSIGN(const auto found, IdentifyCards(context, journals_.cards, linked, records));
  TRY_ASSIGN(const auto standings, CardStandings(context, found, records));
  for (const auto& card : found) {
    if (card) journals_.cards.Remember(*card);
  }

  std::atomic<bool> moved = false;
  Result<void> failure;
  std::vector<Record> judged_now;
  Tools tools = workshop_->tools();
  tools.still_there = [&](const Record& record) {
    const bool same = IsAsSeen(record.photo);
    if (!same) moved = true;
    return same;
  };
  std::size_t done = 0;
  tools.told = [&](std::size_t place, const Record& record, bool judged) {
    ++done;
    if (judged) judged_now.push_back(record);
    Record told = record;
    if (standings[place]) ledger::AddIdentity(told, *found[place], *standings[place], job_.rules.identity);
    Answer(linked[changed[place]], look_.marks[changed[place]], std::move(told), failure);
  };
  const Clock::time_point begun = Clock::now();
  bool stopped = false;
  options_.interrupted = [&] {
    const auto spent = Clock::now() - begun;
    stopped =
        stopped || !failure || (is_ending_ ? spent > kLast : MustEnd() || (spent > kLeast && HasEvents()));
    return stopped;
  };
  const auto worked = WorkOnPhotos(context, tools, {layout.Standardized(), names, journals_.photos},
                                   job_.duplicates ? Booking::kLater : Booking::kAtOnce, std::move(records));
  options_.interrupted = {};
  for (const Record& record : judged_now) journals_.photos.Remember(record);
  TRY(failure);
  if (worked) return Done::kAll;
  if (moved || stopped) return Done::kSome;
  return std::unexpected(worked.error());
}

Result<Watcher::Done> Watcher::TakeUp() {
  if (!watch_.keeps_moment) options_.moment = ledger::Now();
  TRY_ASSIGN(auto look, LookAround());
  // What lay there at the start is whole all at once, photos and references.
  if (!is_tidy_ && arrivals_.NextWhole() && Clock::now() < started_at_ + 2 * Arrivals::kStill)
    return Done::kAll;
  const std::size_t photos = CountPhotos(look.linked.records);
  if (!options_.accept_fewer) {
    TRY(CheckCount(photos, last_photos_));
  }
  last_photos_ = photos;
  const std::vector<std::size_t> changed = ChangedIn(look);
  look_ = std::move(look);
  std::map<std::string, Known> kept;
  for (const Record& record : look_.linked.records) {
    if (auto known = known_.extract(KeyOf(record))) kept.insert(std::move(known));
  }
  const bool any_gone = !std::exchange(known_, std::move(kept)).empty();
  if (changed.empty() && !any_gone && is_tidy_) return Done::kAll;
  is_behind_ = true;
  changed_at_ = Clock::now();
  Notes quiet;
  const Context context = ContextFor(quiet);
  if (opened_) {
    TRY(SyncLedger(context, look_.linked.records));
    workshop_->keeper.emplace(opened_->ledger, hashes_, workshop_->engine.tool, options_.moment);
  }
  TRY_ASSIGN(const auto done, WorkOn(context, changed));
  if (done == Done::kAll) {
    TRY(AnswerTheRest());
  }
  station_->Keep(look_.linked.files.photos.photos, /*all=*/!is_tidy_ && done == Done::kAll);
  is_tidy_ = is_tidy_ || done == Done::kAll;
  TRY(Show());
  changed_at_ = Clock::now();
  return done;
}

Result<void> Watcher::Deliver(bool is_last) {
  Notes notes(options_.note);
  const Context context = ContextFor(notes);
  std::vector<Record> linked = look_.linked.records;
  if (CountPhotos(linked) == 0 && !options_.accept_fewer) {  // As a run.
    is_behind_ = false;
    result_ = {.records = std::move(linked), .notes = {}, .nothing_to_do = true, .judged_again = {}};
    return {};
  }
  if (!is_last) options_.interrupted = [&] { return MustEnd() || HasEvents(); };
  TRY_ASSIGN(const auto names, OutputNamesOf(job_, linked));
  TRY_ASSIGN(const auto found, IdentifyCards(context, journals_.cards, linked, linked));
  Tools tools = workshop_->tools();
  if (!job_.duplicates) {
    tools.known = [&](const Record& record) -> const Record* {
      const auto known = known_.find(KeyOf(record));
      // What could not be read may have been read by now.
      if (known == known_.end() || known->second.record.outcome == Outcome::kError) return nullptr;
      return &known->second.record;
    };
  }
  tools.still_there = [&](const Record& record) { return IsAsSeen(record.photo); };
  TRY_ASSIGN(result_.records, RunWhole(context, names, *workshop_, tools, journals_, found, std::move(linked)));
  result_.notes = notes.all();
  if (workshop_->keeper) result_.judged_again = workshop_->keeper->JudgedAgain();
  if (opened_) {
    TRY(opened_->ledger.RememberPhotos(PlaceOf(job_), CountPhotos(result_.records)));
  }
  if (is_last) {
    TRY(journals_.photos.Remove());
    TRY(journals_.cards.Remove());
  }
  // What was handed over is in another state by now.
  for (const Record& record : result_.records) {
    const auto state = record.extra.find("ledger");
    const auto known = known_.find(KeyOf(record));
    if (state == record.extra.end() || state->value("state", "") != "delivered" || known == known_.end())
      continue;
    known->second.record = record;
  }
  is_behind_ = false;
  if (watch_.delivered) watch_.delivered(result_);
  return {};
}

// Nets that have worked hold on to what they worked in; new ones take half of the memory until there is work.
void Watcher::RenewWorkshop() {
  if (!job_.templates.empty()) return;  // Their store is open once.
  Notes quiet;
  if (auto renewed = OpenWorkshop(ContextFor(quiet))) workshop_ = *std::move(renewed);
}

Result<RunResult> Watcher::Run() {
  std::string told;  // The last warning; it is not said twice.
  bool is_whole = false, in_trouble = false;
  Clock::time_point look_at = Clock::now(), try_at{};
  started_at_ = look_at;
  const auto attempt = [&](auto step) {
    auto done = step();
    options_.interrupted = {};
    in_trouble = !done;
    if (!done) {
      try_at = Clock::now() + kTick;
      if (std::exchange(told, done.error().message) != told) Notes(options_.note).Warn(told);
    } else {
      told.clear();
    }
    (void)station_->ShowTrouble(in_trouble);  // Where that cannot be written either, the log has it.
    return done;
  };
  bool is_wanted = false;
  while (true) {
    const bool ends = is_ending_ = MustEnd();
    is_wanted |= watch_.delivers && watch_.delivers();
    const Clock::time_point now = Clock::now();
    const bool has_events = HasEvents();
    const std::chrono::seconds every = PollEvery();
    const bool poll = every.count() > 0 && now >= look_at + every;
    const bool due = arrivals_.NextWhole() && now >= *arrivals_.NextWhole();
    if (!is_whole || has_events || poll || due || ends || in_trouble || arrivals_.IsReplaced()) {
      if (!in_trouble || has_events || now >= try_at || ends) {
        look_at = now;
        const auto done = attempt([&] { return TakeUp(); });
        is_whole = done && *done == Done::kAll;
        malloc_trim(0);
      }
    }
    if (ends) break;
    const bool is_quiet = Clock::now() - changed_at_ >= watch_.quiet && !arrivals_.NextWhole();
    if (is_whole && is_tidy_ && is_behind_ && !in_trouble && (is_quiet || is_wanted)) {
      (void)attempt([&]() -> Result<void> {
        const auto done = Deliver(/*is_last=*/false);
        // Whoever comes meanwhile goes first.
        return done || (!HasEvents() && !MustEnd()) ? done : Result<void>();
      });
      is_wanted = is_wanted && is_behind_;
      if (!is_behind_) RenewWorkshop();
      malloc_trim(0);
      continue;
    }
    if (!is_whole && !in_trouble) continue;
    std::optional<Clock::time_point> until = in_trouble ? std::optional(try_at) : arrivals_.NextWhole();
    const auto sooner = [&](Clock::time_point at) { until = until ? std::min(*until, at) : at; };
    if (is_tidy_ && is_behind_ && !in_trouble) sooner(changed_at_ + watch_.quiet);
    if (every.count() > 0) sooner(look_at + every);
    Wait(until);
  }
  (void)station_->ShowEnd();
  if (!is_whole || !is_tidy_)
    return Fail(ErrorKind::kOutput, "interrupted; the same command goes on from here");
  TRY(Deliver(/*is_last=*/true));
  return std::move(result_);
}

}  // namespace

Result<RunResult> Watch(const Job& job, RunOptions options, const WatchOptions& watch) {
  TRY_ASSIGN(const auto watcher, Watcher::Open(job, std::move(options), watch));
  return watcher->Run();
}

}  // namespace gradphoto::batch
