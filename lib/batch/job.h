// SPDX-License-Identifier: Apache-2.0
// What gradphoto-batch is to do, as a job file says it (configs/job.example.yaml).
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "lib/base/error.h"
#include "lib/ledger/state.h"
#include "lib/record/record.h"

namespace gradphoto::batch {

struct Job {
  std::filesystem::path roster;
  std::vector<std::filesystem::path> more_rosters;  // Read as one with it.
  std::vector<std::filesystem::path> photos;        // Directories or zips, at least one.
  std::filesystem::path references;                 // Directory; empty: no comparison.
  std::vector<std::filesystem::path> id_cards;      // Directories or zips with photos of identity cards.
  std::filesystem::path card_layout;  // A file of gradphoto-identity --calibrate; empty: the shipped.
  std::filesystem::path output;       // Directory that the batch owns.
  std::string title;                  // Of the school or the job, for the report; may be empty.
  std::string standard = "chsi-2017";
  std::string language = "auto";    // Of the report: zh, en, or auto: for a tool to resolve, zh here.
  std::string key_column;           // Empty: see roster/roster.h.
  std::string name_template;        // Of packed files; empty: the standard's.
  std::string folder_template;      // Of packed folders; empty: the standard's.
  bool finished = false;            // The photos are standardized already: judged and packed as they are.
  bool zip = false;                 // Also pack zips.
  int threads = 0;                  // 0: one per core.
  std::filesystem::path ledger;     // File; empty: no ledger.
  ledger::Rules rules;              // For the ledger; `identity` is for every batch.
  std::filesystem::path payments;   // The cashier's list, for the ledger; empty: none.
  std::string season;               // Of roster rows that name none; empty: none.
  bool pack = true;                 // With a ledger: pack, and so lock, what is accepted.
  bool duplicates = false;          // Look for one face or file of several students.
  std::filesystem::path templates;  // Directory that keeps templates for later batches; empty: none are kept.
  std::filesystem::path rejected_before;  // Records (NDJSON) of an earlier batch; empty: none.
  std::map<std::string, Severity, std::less<>> severities;  // See EngineOptions.
  std::map<std::string, std::string> columns;  // Headers of the roster to canonical names, see roster/roster.h.
  std::string sheet;                           // Of a workbook; empty: the first with a known header.
  std::filesystem::path mapping;               // Photos linked by hand (roster/mapping.h); empty: none.
  bool newest_of_several = false;              // `several_photos: newest`; else several photos are rejected.
  std::string zip_template;                    // One zip for each value; empty: the standard's.
  int zip_max_files = 0;                       // Photos per zip; 0: the standard's.
  int zip_max_bytes = 0;                       // Bytes per zip; 0: the standard's.
};

std::vector<std::filesystem::path> RosterFiles(const Job& job);
// Of photos, references and identity cards: directories and zips.
std::vector<std::filesystem::path> PhotoPlaces(const Job& job);

// Relative paths in the file are taken from the file's directory.
// Errors: kUsage - see base/yaml.h; missing roster, photos or output; deadlines, max_failures, season, pack,
// leavers or payments without a ledger; identity or card_layout without id_cards, or another word for it; a
// deadline that is no date, or of a season whose name has no year.
Result<Job> LoadJob(const std::filesystem::path& file);

}  // namespace gradphoto::batch
