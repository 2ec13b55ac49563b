// SPDX-License-Identifier: Apache-2.0
#include "bench/comparison_sets.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <opencv2/core.hpp>

#include "lib/base/file.h"
#include "lib/image/decode.h"
#include "lib/image/encode.h"
#include "lib/standard/codes.h"
#include "lib/table/table.h"

namespace gradphoto::bench {
namespace {

namespace fs = std::filesystem;
using pipeline::Comparer;
using Face = std::shared_ptr<const pipeline::ComparedFace>;
using Similarities = std::vector<Comparer::Similarity>;

struct Photo {
  fs::path file;
  std::string person;  // The file's name before the number.
  Face face;           // Absent where none is found.
};

std::string PersonOf(const fs::path& file) {
  const std::string stem = file.stem().string();
  const std::size_t number = stem.rfind("_0");
  return number == std::string::npos ? stem : stem.substr(0, number);
}

std::vector<Photo> PhotosIn(const fs::path& folder, const Comparer& comparer) {
  std::vector<Photo> photos;
  if (!fs::is_directory(folder)) return photos;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".jpg") photos.push_back({entry.path(), PersonOf(entry.path()), nullptr});
  }
  std::ranges::sort(photos, {}, &Photo::file);
  for (Photo& photo : photos) {
    const auto face = comparer.FaceOf(photo.file, Comparer::Role::kPhoto);
    if (face) photo.face = *face;
  }
  return photos;
}

// Of all pairs of different people.
Similarities Strangers(const std::vector<Photo>& photos, const Comparer& comparer) {
  Similarities strangers;
  for (std::size_t i = 0; i < photos.size(); ++i) {
    for (std::size_t j = i + 1; j < photos.size(); ++j) {
      if (!photos[i].face || !photos[j].face || photos[i].person == photos[j].person) continue;
      strangers.push_back(comparer.SimilarityOf(*photos[i].face, *photos[j].face));
    }
  }
  return strangers;
}

std::vector<double> Votes(const Similarities& pairs, double Comparer::Similarity::* vote) {
  std::vector<double> values;
  for (const Comparer::Similarity& pair : pairs) values.push_back(pair.*vote);
  std::ranges::sort(values);
  return values;
}

double SharePercent(const std::vector<double>& sorted, double limit) {
  const auto from = sorted.end() - std::ranges::upper_bound(sorted, limit);
  return 100.0 * static_cast<double>(from) / static_cast<double>(std::max<std::size_t>(1, sorted.size()));
}

// The limit that this many of `sorted` strangers exceed.
double LimitFor(const std::vector<double>& sorted, std::size_t exceed) {
  return sorted.size() > exceed ? sorted[sorted.size() - 1 - exceed] : 1;
}

double At(const std::vector<double>& sorted, double share) {
  if (sorted.empty()) return 0;
  return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
}

// How many pairs of one person are above the limit that one in 1000, one in 4000 and no pair of strangers
// exceeds.
void PrintVotes(const Similarities& same, const Similarities& strangers) {
  std::printf(
      "\n| vote | at one in 1000 | at one in 4000 | above every stranger | lowest of one person |\n"
      "|---|---|---|---|---|\n");
  using Vote = double Comparer::Similarity::*;
  for (const auto& [name, vote] : {std::pair<const char*, Vote>("first net", &Comparer::Similarity::first),
                                   {"second net", &Comparer::Similarity::second},
                                   {"both", &Comparer::Similarity::value}}) {
    const auto own = Votes(same, vote), other = Votes(strangers, vote);
    std::printf("| %s |", name);
    for (const std::size_t exceed : {other.size() / 1000, other.size() / 4000, std::size_t{0}}) {
      const double limit = LimitFor(other, exceed);
      std::printf(" %.1f %% (%.2f) |", SharePercent(own, limit), limit);
    }
    std::printf(" %.2f, %.2f, %.2f |\n", own[0], own[1], own[2]);
  }
}

// What the records say of labelled pairs, photo and reference as the tools take them.
void PrintPairs(Comparer& comparer, const fs::path& folder, const std::vector<Photo>& photos) {
  const auto table = table::ReadTable(folder / "pairs.csv");
  if (!table) return;
  std::map<std::string, Face> faces;
  for (const Photo& photo : photos) faces[photo.file.filename().string()] = photo.face;
  struct Pair {
    Face photo;
    bool same;
  };
  std::vector<Pair> pairs;
  std::vector<Record> records;
  for (const table::TableRow& row : table->rows) {
    if (row.cells.size() < 3 || !faces[row.cells[0]]) continue;
    Record record;
    record.comparison["reference"] = (folder / row.cells[1]).string();
    records.push_back(std::move(record));
    pairs.push_back({faces[row.cells[0]], row.cells[2] == "1"});
  }
  // One use more than pairs, so that every reference is kept.
  std::vector<Record> uses = records;
  uses.insert(uses.end(), records.begin(), records.end());
  comparer.Expect(uses);
  std::map<std::string, int> bands[2];
  std::vector<double> similarities[2];
  Similarities same;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const Record record = comparer.Compare(records[i], Comparer::Face(pairs[i].photo));
    const bool unusable = std::ranges::any_of(
        record.findings, [](const Finding& finding) { return standard::Is(finding, "REFERENCE_UNUSABLE"); });
    ++bands[pairs[i].same][unusable ? "unusable" : record.comparison.value("band", "none")];
    const double value = record.comparison.value("similarity", 0.0);
    similarities[pairs[i].same].push_back(value);
    if (!pairs[i].same) continue;
    same.push_back({value, record.comparison.value("first_similarity", 0.0),
                    record.comparison.value("second_similarity", 0.0)});
  }
  std::printf(
      "\n| labelled pairs | number | match | review | unusable | mismatch | lowest, highest |\n"
      "|---|---|---|---|---|---|---|\n");
  for (const bool one : {true, false}) {
    if (similarities[one].empty()) continue;
    std::printf("| of %s | %zu | %d | %d | %d | %d | %.2f, %.2f |\n", one ? "one person" : "different people",
                similarities[one].size(), bands[one]["match"], bands[one]["review"], bands[one]["unusable"],
                bands[one]["mismatch"], std::ranges::min(similarities[one]),
                std::ranges::max(similarities[one]));
  }
  PrintVotes(same, Strangers(photos, comparer));
}

// How far the similarity to the other photos of the set moves when a photo is mirrored.
std::vector<double> MirrorMoves(const std::vector<Photo>& photos, const Comparer& comparer) {
  constexpr std::size_t kMost = 20;
  std::vector<double> moves;
  std::string name = (fs::temp_directory_path() / "gradphoto-mirror-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) return moves;
  const fs::path file = fs::path(name) / "mirrored.jpg";
  for (std::size_t i = 0; i < std::min(kMost, photos.size()); ++i) {
    const auto bytes = ReadFile(photos[i].file, 1u << 28);
    if (!bytes || !photos[i].face) continue;
    const auto photo = image::Decode(*bytes);
    if (!photo) continue;
    cv::Mat mirrored;
    cv::flip(photo->bgr, mirrored, 1);
    const auto jpeg = image::EncodeJpeg(mirrored, 98, image::ChromaSampling::k444, 300);
    if (!jpeg || !WriteFileAtomic(file, std::span(*jpeg), IfExists::kOverwrite)) continue;
    const auto face = comparer.FaceOf(file, Comparer::Role::kPhoto);
    for (std::size_t j = 0; face && j < photos.size(); ++j) {
      if (j == i || !photos[j].face) continue;
      moves.push_back(std::abs(comparer.SimilarityOf(**face, *photos[j].face).value -
                               comparer.SimilarityOf(*photos[i].face, *photos[j].face).value));
    }
  }
  std::error_code ignored;
  fs::remove_all(name, ignored);
  std::ranges::sort(moves);
  return moves;
}

}  // namespace

void PrintSets(Comparer& comparer, const fs::path& people) {
  std::string rows;
  for (const char* set : {"lfw_east_asian", "legislators", "voteview", "canada", "3dsk"}) {
    const std::vector<Photo> photos = PhotosIn(people / set, comparer);
    if (photos.size() < 2) continue;
    std::fprintf(stderr, "%s\n", set);
    const auto values = Votes(Strangers(photos, comparer), &Comparer::Similarity::value);
    const std::vector<double> moves = MirrorMoves(photos, comparer);
    char row[200];
    std::snprintf(row, sizeof row, "| %s | %zu | %.2f, %.2f | %.2f %% | %.0f | %.3f, %.3f |\n", set,
                  values.size(), At(values, 0.999), At(values, 1),
                  SharePercent(values, comparer.rules().mismatch),
                  SharePercent(values, comparer.rules().match) * static_cast<double>(values.size()) / 100,
                  At(moves, 0.95), At(moves, 1));
    rows += row;
    PrintPairs(comparer, people / set, photos);
  }
  std::printf(
      "\n| set | different pairs | 99.9 %%, highest | not called mismatch | called match | moved by a mirror: "
      "95 %%, most |\n|---|---|---|---|---|---|\n%s",
      rows.c_str());
}

}  // namespace gradphoto::bench
