// SPDX-License-Identifier: Apache-2.0
#include "lib/ledger/schema.h"

#include <array>

namespace gradphoto::ledger {
namespace {

constexpr std::array<std::string_view, 3> kSteps = {
    R"sql(
CREATE TABLE students (
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used twice: people see it as @42
  key TEXT NOT NULL UNIQUE,
  fields TEXT NOT NULL,            -- JSON [[column, value], ...] in the order of the roster
  id_number TEXT NOT NULL, student_number TEXT NOT NULL, candidate_number TEXT NOT NULL,  -- for look-ups
  season TEXT NOT NULL,            -- of the roster
  paid INTEGER NOT NULL,
  blocked_by TEXT NOT NULL,
  first_seen TEXT NOT NULL, last_seen TEXT NOT NULL  -- days
) STRICT;
CREATE INDEX students_id_number ON students (id_number);
CREATE INDEX students_student_number ON students (student_number);
CREATE INDEX students_candidate_number ON students (candidate_number);

CREATE TABLE attempts (
  id INTEGER PRIMARY KEY,
  student_id INTEGER NOT NULL REFERENCES students ON DELETE CASCADE,
  number INTEGER NOT NULL,
  photo_sha256 TEXT NOT NULL,
  season TEXT NOT NULL,            -- for which it was made
  UNIQUE (student_id, number), UNIQUE (student_id, photo_sha256)
) STRICT;
CREATE INDEX attempts_photo ON attempts (photo_sha256);

CREATE TABLE deliveries (
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  directory TEXT NOT NULL,
  photos INTEGER NOT NULL,
  sums_sha256 TEXT NOT NULL        -- of the pack's SHA256SUMS
) STRICT;

CREATE TABLE events (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  student_id INTEGER NOT NULL REFERENCES students ON DELETE CASCADE,
  attempt_id INTEGER REFERENCES attempts ON DELETE CASCADE,
  delivery_id INTEGER REFERENCES deliveries,
  at TEXT NOT NULL,
  kind TEXT NOT NULL,
  outcome TEXT NOT NULL DEFAULT '', held_against INTEGER NOT NULL DEFAULT 0,  -- judged
  code TEXT NOT NULL DEFAULT '', text TEXT NOT NULL DEFAULT '',
  who TEXT NOT NULL DEFAULT '', decided_at TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX events_student ON events (student_id, id);
CREATE INDEX events_attempt ON events (attempt_id);
CREATE INDEX events_delivery ON events (delivery_id) WHERE delivery_id IS NOT NULL;

CREATE TABLE judgements (
  event_id INTEGER PRIMARY KEY REFERENCES events ON DELETE CASCADE,
  tool_version TEXT NOT NULL, standard TEXT NOT NULL, models TEXT NOT NULL,
  reference_sha256 TEXT NOT NULL,
  output_sha256 TEXT NOT NULL,
  record TEXT NOT NULL             -- JSON, without the student
) STRICT;

CREATE TABLE files (
  path TEXT PRIMARY KEY,
  student_id INTEGER NOT NULL REFERENCES students ON DELETE CASCADE,
  kind TEXT NOT NULL,
  sha256 TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX files_student ON files (student_id);

CREATE TABLE places (directory TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE deadlines (season TEXT PRIMARY KEY, day TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE purges (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at TEXT NOT NULL, receipt TEXT NOT NULL, finished INTEGER NOT NULL
) STRICT;
)sql",
    R"sql(
ALTER TABLE students ADD COLUMN source TEXT NOT NULL DEFAULT '';  -- the roster; empty: none that was whole
CREATE TABLE former_keys (
  key TEXT NOT NULL,               -- any number that the student had before it was corrected
  student_id INTEGER NOT NULL REFERENCES students ON DELETE CASCADE,
  PRIMARY KEY (key, student_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX former_keys_student ON former_keys (student_id);
)sql",
    R"sql(
CREATE TABLE identities (
  event_id INTEGER PRIMARY KEY REFERENCES events ON DELETE CASCADE,
  record TEXT NOT NULL             -- JSON: fields identity, findings and tool, without the student
) STRICT;
)sql",
};

}  // namespace

std::span<const std::string_view> SchemaSteps() { return kSteps; }

}  // namespace gradphoto::ledger
