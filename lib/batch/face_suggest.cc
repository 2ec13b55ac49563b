// SPDX-License-Identifier: Apache-2.0
#include "lib/batch/face_suggest.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lib/pipeline/many.h"

namespace gradphoto::batch {
namespace {

using pipeline::Comparer;
using SeenFace = std::shared_ptr<const pipeline::ComparedFace>;

// The faces of files, in order; null where there is none.
Result<std::vector<SeenFace>> FacesOf(const std::vector<std::string>& files, Comparer::Role role,
                                      const Comparer& comparer, int threads) {
  std::vector<Record> records(files.size());
  for (std::size_t i = 0; i < files.size(); ++i) records[i].photo = files[i];
  std::vector<SeenFace> faces;
  std::optional<std::string> failure;
  pipeline::ProcessMany<Comparer::Face>(
      std::move(records), {.threads = threads, .interrupted = {}},
      [&](const Record& record) { return comparer.FaceOf(record.photo, role); },
      [&](const Comparer::Face& face) {
        if (!face && face.error().kind == Comparer::Failure::Kind::kTechnical) failure = face.error().why;
        faces.push_back(face ? *face : nullptr);
        return !failure;
      });
  if (failure) return Fail(ErrorKind::kInternal, *failure);
  return faces;
}

}  // namespace

Result<roster::FaceHints> FindFaceHints(const roster::LinkResult& linked, const Comparer& comparer,
                                        int threads) {
  std::vector<std::size_t> rows;
  std::vector<std::string> references, photos;
  for (const std::size_t row : linked.missing) {
    const auto& comparison = linked.records[row].comparison;
    if (!comparison.contains("reference")) continue;
    rows.push_back(row);
    references.push_back(comparison["reference"].get<std::string>());
  }
  // Of several files for one student everybody knows whose they are.
  for (const roster::OpenFile& open : linked.open) {
    if (open.rows.size() != 1 || open.candidate) photos.push_back(open.file.path);
  }
  if (rows.empty()) return roster::FaceHints();
  using enum Comparer::Role;
  TRY_ASSIGN(const auto known, FacesOf(references, kReference, comparer, threads));
  TRY_ASSIGN(const auto seen, FacesOf(photos, kPhoto, comparer, threads));
  roster::FaceHints hints;
  for (std::size_t photo = 0; photo < photos.size(); ++photo) {
    if (seen[photo] == nullptr) continue;
    auto& found = hints[photos[photo]];
    std::optional<std::pair<double, std::size_t>> most_alike;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (known[i] == nullptr) continue;
      const Comparer::Similarity similarity = comparer.SimilarityOf(*seen[photo], *known[i]);
      const compare::Band band = comparer.rules().Of(similarity.value);
      if (band == compare::Band::kMatch) {
        found.emplace_back(rows[i], roster::Hint::kFaceMatch);
      } else if (band == compare::Band::kReview && (!most_alike || similarity.value > most_alike->first)) {
        most_alike = {similarity.value, rows[i]};
      }
    }
    if (found.empty() && most_alike) found.emplace_back(most_alike->second, roster::Hint::kFaceLike);
  }
  return hints;
}

}  // namespace gradphoto::batch
