// SPDX-License-Identifier: Apache-2.0
// What a batch has to say besides its records. The library prints nothing: notes are handed to whoever asked
// for them when they occur, and are kept for the result.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace gradphoto::batch {

enum class NoteLevel { kInfo, kWarning };

struct Note {
  NoteLevel level = NoteLevel::kInfo;
  std::string text;  // One line of plain English, without a final stop.
};

// Called by one thread at a time.
using NoteSink = std::function<void(const Note&)>;

class Notes {
 public:
  Notes() = default;
  explicit Notes(NoteSink sink) : sink_(std::move(sink)) {}  // May be empty.

  void Info(std::string text) { Add({NoteLevel::kInfo, std::move(text)}); }
  void Warn(std::string text) { Add({NoteLevel::kWarning, std::move(text)}); }
  const std::vector<Note>& all() const { return notes_; }

 private:
  void Add(Note note) {
    if (sink_) sink_(note);
    notes_.push_back(std::move(note));
  }

  NoteSink sink_;
  std::vector<Note> notes_;
};

}  // namespace gradphoto::batch
