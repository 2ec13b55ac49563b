// SPDX-License-Identifier: Apache-2.0
#include "lib/batch/job.h"

#include <functional>

#include "lib/base/date.h"
#include "lib/base/yaml.h"
#include "lib/roster/id_number.h"
#include "lib/standard/texts.h"

namespace gradphoto::batch {
namespace {

Result<void> ReadDeadlines(const YamlNode& node, ledger::Rules& rules) {
  YamlMap map(node);
  for (const std::string& season : map.TakeAllKeys()) {
    const std::string text = map.String(season).value_or("");
    const auto day = ParseDate(text);
    if (!day) {
      map.Fail(node.MakeError("the deadline of '" + season + "' must be a date such as 2021-11-01"));
    } else if (!ledger::NextSeason(season)) {
      map.Fail(node.MakeError("the season '" + season +
                              "' must name a year of four digits: late students go to the "
                              "same season of the next year"));
    } else {
      rules.deadlines[season] = *day;
    }
  }
  return map.Finish();
}

using PathOf = std::function<std::filesystem::path(const std::string& path)>;

// Roster and folders. `map` collects what is wrong with a value; what is no list or text is returned.
Result<void> ReadInputs(YamlMap& map, const PathOf& absolute, Job& job) {
  if (const YamlNode* roster = map.Node("roster"); roster != nullptr && roster->IsList()) {
    TRY_ASSIGN(const auto list, roster->AsList());
    for (const YamlNode& item : *list) {
      TRY_ASSIGN(const auto path, item.AsString());
      if (job.roster.empty()) {
        job.roster = absolute(path);
      } else {
        job.more_rosters.push_back(absolute(path));
      }
    }
    if (job.roster.empty()) map.Fail(roster->MakeError("at least one roster is needed"));
  } else if (roster != nullptr) {
    TRY_ASSIGN(const auto path, roster->AsString());
    job.roster = absolute(path);
  }
  job.output = absolute(map.String("output").value_or(""));
  if (const YamlNode* photos = map.Node("photos")) {
    TRY_ASSIGN(const auto list, photos->AsList());
    for (const YamlNode& item : *list) {
      TRY_ASSIGN(const auto directory, item.AsString());
      job.photos.push_back(absolute(directory));
    }
    if (job.photos.empty()) map.Fail(photos->MakeError("at least one directory is needed"));
  }
  if (const auto references = map.OptionalString("references")) job.references = absolute(*references);
  return {};
}

// The identity cards: a folder or a list of them, and what they count.
Result<void> ReadIdentity(const YamlNode& root, YamlMap& map, const PathOf& absolute, Job& job) {
  using enum ledger::IdentityRule;
  if (const YamlNode* cards = map.OptionalNode("id_cards"); cards != nullptr && cards->IsList()) {
    TRY_ASSIGN(const auto list, cards->AsList());
    for (const YamlNode& item : *list) {
      TRY_ASSIGN(const auto directory, item.AsString());
      job.id_cards.push_back(absolute(directory));
    }
    if (job.id_cards.empty()) map.Fail(cards->MakeError("at least one directory is needed"));
  } else if (cards != nullptr) {
    TRY_ASSIGN(const auto directory, cards->AsString());
    job.id_cards.push_back(absolute(directory));
  }
  const std::string rule = map.OptionalString("identity").value_or(job.id_cards.empty() ? "off" : "check");
  if (rule != "off" && rule != "check" && rule != "require") {
    map.Fail(root.MakeError("identity must be off, check or require"));
  }
  if (rule != "off" && job.id_cards.empty()) map.Fail(root.MakeError("identity needs id_cards"));
  job.rules.identity = rule == "require" ? kRequire : rule == "check" ? kCheck : kOff;
  if (const auto layout = map.OptionalString("card_layout")) job.card_layout = absolute(*layout);
  if (!job.card_layout.empty() && job.id_cards.empty()) map.Fail(root.MakeError("card_layout needs id_cards"));
  return {};
}

// What the columns mean, and how photos find their rows.
Result<void> ReadLinking(const YamlNode& root, YamlMap& map, const PathOf& absolute, Job& job) {
  job.key_column = map.OptionalString("key_column").value_or("");
  if (const YamlNode* columns = map.OptionalNode("columns")) {
    TRY_ASSIGN(const auto pairs, columns->AsMap());
    for (const auto& [header, value] : *pairs) {
      TRY_ASSIGN(auto name, value.AsString());
      job.columns[header] = std::move(name);
    }
  }
  job.sheet = map.OptionalString("sheet").value_or("");
  if (const auto mapping = map.OptionalString("mapping")) job.mapping = absolute(*mapping);
  const std::string several = map.OptionalString("several_photos").value_or("reject");
  if (several != "reject" && several != "newest") {
    map.Fail(root.MakeError("several_photos must be reject or newest"));
  }
  job.newest_of_several = several == "newest";
  return {};
}

void ReadPack(const YamlNode& root, YamlMap& map, Job& job) {
  job.name_template = map.OptionalString("name_template").value_or("");
  job.folder_template = map.OptionalString("folder_template").value_or("");
  job.zip = map.OptionalBool("zip").value_or(false);
  job.zip_template = map.OptionalString("zip_template").value_or("");
  job.zip_max_files = map.OptionalInt("zip_max_files").value_or(0);
  job.zip_max_bytes = map.OptionalInt("zip_max_bytes").value_or(0);
  if (job.zip_max_files < 0 || job.zip_max_bytes < 0) {
    map.Fail(root.MakeError("limits of zips must be 0 or more"));
  }
}

void ReadLedger(const YamlNode& root, YamlMap& map, const PathOf& absolute, Job& job) {
  if (const auto ledger = map.OptionalString("ledger")) job.ledger = absolute(*ledger);
  if (const YamlNode* deadlines = map.OptionalNode("deadlines")) {
    if (auto read = ReadDeadlines(*deadlines, job.rules); !read) map.Fail(read.error());
  }
  job.rules.max_failures = map.OptionalInt("max_failures").value_or(job.rules.max_failures);
  if (job.rules.max_failures < 1) map.Fail(root.MakeError("max_failures must be 1 or more"));
  const std::string leavers = map.OptionalString("leavers").value_or("hold");
  if (leavers != "hold" && leavers != "keep") map.Fail(root.MakeError("leavers must be hold or keep"));
  job.rules.hold_leavers = leavers == "hold";
  if (const auto payments = map.OptionalString("payments")) job.payments = absolute(*payments);
  job.season = map.OptionalString("season").value_or("");
  job.pack = map.OptionalBool("pack").value_or(true);
  if (!job.ledger.empty()) return;
  for (const char* key : {"deadlines", "max_failures", "season", "pack", "leavers", "payments"}) {
    if (map.OptionalNode(key) != nullptr) map.Fail(root.MakeError(std::string(key) + " needs a ledger"));
  }
}

void ReadSeverities(YamlMap& map, Job& job) {
  const YamlNode* severities = map.OptionalNode("severities");
  if (severities == nullptr) return;
  YamlMap codes(*severities);
  for (const std::string& code : codes.TakeAllKeys()) {
    const auto severity = SeverityFromName(codes.String(code).value_or(""));
    if (!severity) codes.Fail(codes.Node(code)->MakeError("expected info, warn, review or reject"));
    job.severities[code] = severity.value_or(Severity::kInfo);
  }
  if (auto done = codes.Finish(); !done) map.Fail(done.error());
}

}  // namespace

std::vector<std::filesystem::path> RosterFiles(const Job& job) {
  std::vector<std::filesystem::path> files = {job.roster};
  files.insert(files.end(), job.more_rosters.begin(), job.more_rosters.end());
  return files;
}

std::vector<std::filesystem::path> PhotoPlaces(const Job& job) {
  std::vector<std::filesystem::path> places = job.photos;
  if (!job.references.empty()) places.push_back(job.references);
  places.insert(places.end(), job.id_cards.begin(), job.id_cards.end());
  return places;
}

Result<Job> LoadJob(const std::filesystem::path& file) {
  TRY_ASSIGN(const auto root, ReadYamlFile(file));
  const PathOf absolute = [&](const std::string& path) {
    return (file.parent_path() / path).lexically_normal();
  };
  YamlMap map(root);
  Job job;
  TRY(ReadInputs(map, absolute, job));
  TRY(ReadIdentity(root, map, absolute, job));
  job.standard = map.OptionalString("standard").value_or(job.standard);
  // A profile of one's own lies where the job lies.
  if (job.standard.ends_with(".yaml")) job.standard = absolute(job.standard).string();
  job.title = map.OptionalString("title").value_or("");
  job.language = map.OptionalString("language").value_or(job.language);
  if (job.language != "auto" && !standard::LanguageFromName(job.language)) {
    map.Fail(root.MakeError("language must be zh, en or auto"));
  }
  job.finished = map.OptionalBool("finished").value_or(false);
  TRY(ReadLinking(root, map, absolute, job));
  ReadPack(root, map, job);
  job.threads = map.OptionalInt("threads").value_or(0);
  if (job.threads < 0) map.Fail(root.MakeError("threads must be 0 or more"));
  ReadLedger(root, map, absolute, job);
  job.duplicates = map.OptionalBool("duplicates").value_or(false);
  if (const auto templates = map.OptionalString("templates")) job.templates = absolute(*templates);
  if (!job.templates.empty() && !job.duplicates) map.Fail(root.MakeError("templates needs duplicates: true"));
  if (const auto rejected = map.OptionalString("rejected_before")) job.rejected_before = absolute(*rejected);
  ReadSeverities(map, job);
  TRY(map.Finish());
  return job;
}

}  // namespace gradphoto::batch
