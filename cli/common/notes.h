// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <spdlog/spdlog.h>

#include "lib/batch/notes.h"

namespace gradphoto::cli {

// Says on stderr what the library has to say.
inline void PrintNote(const batch::Note& note) {
  spdlog::log(note.level == batch::NoteLevel::kWarning ? spdlog::level::warn : spdlog::level::info, "{}",
              note.text);
}

}  // namespace gradphoto::cli
