// SPDX-License-Identifier: Apache-2.0
#include "lib/batch/station.h"

#include <ctime>
#include <optional>
#include <system_error>

#include "lib/base/file.h"
#include "lib/base/paths.h"
#include "lib/base/resources.h"
#include "lib/deliver/files.h"
#include "lib/deliver/tag_key.h"
#include "lib/deliver/thumbnails.h"

namespace gradphoto::batch {
namespace {

namespace fs = std::filesystem;

std::string TimeOfDay() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  std::string text(8, '\0');
  return std::strftime(text.data(), text.size() + 1, "%H:%M:%S", &local) == text.size() ? text : std::string();
}

}  // namespace

Result<Station> Station::Open(const Job& job, const RunOptions& options) {
  const OutputLayout layout(job.output);
  TRY_ASSIGN(const auto config_dir, FindConfigDir(options.config_dir));
  TRY_ASSIGN(auto reasons, standard::Reasons::Load(config_dir));
  TRY_ASSIGN(auto key, deliver::TagKey::ReadOrCreate(job.ledger.empty() ? layout.MaskKey()
                                                                        : LedgerLayout(job.ledger).MaskKey()));
  Station station(layout, std::move(reasons), deliver::Redactor(deliver::IdDisplay::kMasked, std::move(key)));
  station.language_ = standard::LanguageFromName(job.language).value_or(standard::Language::kZh);
  station.many_folders_ = job.photos.size() > 1;
  TRY(WriteFileAtomic(layout.Live() / deliver::kLivePageName,
                      deliver::LivePage(station.reasons_.texts(station.language_), job.title),
                      IfExists::kOverwrite));
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(layout.Live(), ignored)) {
    if (entry.path().extension() == ".jpg") station.pictures_.insert(entry.path().filename().string());
  }
  // A page that stayed open shows what has a number it does not know.
  station.state_.number = static_cast<std::uint64_t>(std::time(nullptr)) * 1000;
  TRY(station.Write());
  return station;
}

fs::path Station::AnswerOf(const PhotoFile& file) const {
  fs::path below = file.relative;
  if (many_folders_ && file.path.ends_with(file.relative)) {
    const fs::path root = file.path.substr(0, file.path.size() - file.relative.size());
    below = (root.has_filename() ? root : root.parent_path()).filename() / below;
  }
  below += ".txt";
  const fs::path answer = (layout_.Answers() / below).lexically_normal();
  return IsWithin(answer, layout_.Answers().lexically_normal()) ? answer : fs::path();
}

Result<void> Station::Tell(const PhotoFile& file, const std::string& mark, const Record& record) {
  deliver::LivePhoto shown = deliver::LivePhotoOf(record, reasons_, language_, redactor_);
  const fs::path answer = AnswerOf(file);
  if (!answer.empty()) {
    TRY(WriteFileAtomic(answer, deliver::AnswerLine(shown, reasons_.texts(language_)), IfExists::kOverwrite));
  }
  const auto [told, is_new] = told_.try_emplace(file.path);
  const bool changed = is_new || told->second.mark != mark || told->second.outcome != record.outcome;
  told->second = {answer, mark, record.outcome};
  if (!changed) return {};
  shown.photo = redactor_.Text(file.relative, &record);
  shown.time = TimeOfDay();
  photos_.emplace(photos_.begin(), std::move(shown), record);
  photos_.front().second.photo = file.path;
  if (photos_.size() > deliver::kLivePhotos + 1) photos_.pop_back();
  ++state_.number;
  return {};
}

void Station::Keep(std::span<const PhotoFile> files, bool all) {
  std::set<std::string> there;
  for (const PhotoFile& file : files) there.insert(file.path);
  std::error_code ignored;
  for (const auto& [photo, told] : told_) {
    if (!there.contains(photo) && !told.answer.empty()) fs::remove(told.answer, ignored);
  }
  std::erase_if(told_, [&](const auto& item) { return !there.contains(item.first); });
  if (!all) return;
  std::set<fs::path> answers;
  for (const auto& [photo, told] : told_) answers.insert(told.answer);
  std::vector<fs::path> others;
  for (fs::recursive_directory_iterator it(layout_.Answers(), ignored), end; !ignored && it != end;
       it.increment(ignored)) {
    if (it->is_regular_file(ignored) && !answers.contains(it->path().lexically_normal())) {
      others.push_back(it->path());
    }
  }
  for (const fs::path& other : others) fs::remove(other, ignored);
}

Result<void> Station::Write() {
  return WriteFileAtomic(layout_.Live() / deliver::kLiveStateName, deliver::LiveScript(state_),
                         IfExists::kOverwrite);
}

Result<void> Station::Show(std::span<const Record* const> records) {
  const std::uint64_t number = state_.number;
  std::set<std::string> wanted;
  std::vector<deliver::LivePhoto> photos;
  for (auto& [shown, record] : photos_) {
    if (shown.picture.empty()) {
      const std::string name = deliver::LivePictureName(record);
      std::error_code ignored;
      if (!pictures_.contains(name)) {
        if (const auto jpeg = deliver::LivePictureOf(record)) {
          TRY(WriteFileAtomic(layout_.Live() / name, *jpeg, IfExists::kOverwrite));
          pictures_.insert(name);
        }
      }
      if (pictures_.contains(name)) shown.picture = name;
    }
    wanted.insert(shown.picture);
    photos.push_back(shown);
  }
  const Record* const last = photos_.empty() ? nullptr : &photos_.front().second;
  state_ = {.number = number + 1,
            .ended = false,
            .in_trouble = false,
            .photos = std::move(photos),
            .classes = {},
            .missing_of = {},
            .missing = {}};
  deliver::CountClasses(records, last, redactor_, state_);
  TRY(Write());
  shown_at_ = std::chrono::steady_clock::now();
  std::erase_if(pictures_, [&](const std::string& name) {
    std::error_code ignored;
    return !wanted.contains(name) && fs::remove(layout_.Live() / name, ignored);
  });
  return {};
}

Result<void> Station::ShowTrouble(bool in_trouble) {
  if (state_.in_trouble == in_trouble) return {};
  state_.in_trouble = in_trouble;
  return Write();
}

Result<void> Station::ShowEnd() {
  state_.ended = true;
  return Write();
}

}  // namespace gradphoto::batch
