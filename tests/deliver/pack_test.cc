// SPDX-License-Identifier: Apache-2.0
#include "lib/deliver/pack.h"

#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "lib/base/sha256.h"
#include "tests/support/temp_dir.h"

using gradphoto::ErrorKind;
using gradphoto::IfExists;
using gradphoto::Outcome;
using gradphoto::ReadTextFile;
using gradphoto::Record;
using gradphoto::Sha256Hex;
using gradphoto::Student;
using gradphoto::deliver::FindConflicts;
using gradphoto::deliver::NameTemplate;
using gradphoto::deliver::PackOptions;
using gradphoto::deliver::PackPlan;
using gradphoto::deliver::PlanPack;
using gradphoto::deliver::Refusal;
using gradphoto::deliver::WritePack;
using gradphoto::deliver::ZipNames;
using gradphoto::testing::TempDir;

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMiB = 1 << 20;

// An accepted record whose standardized photo exists. Identity numbers are invented.
Record Accepted(const TempDir& dir, const std::string& number, const std::string& bytes) {
  Record record;
  record.photo = "in/" + number + ".jpg";
  record.student = Student{.key = "k" + number, .fields = {{"name", "=张三,\"甲\""}, {"id_number", number}}};
  record.output = dir.Write("standardized/" + number + ".jpg", bytes).string();
  record.output_sha256 = Sha256Hex(bytes);
  return record;
}

std::vector<Record> ThreePhotos(const TempDir& dir) {
  return {Accepted(dir, "44052418800101001X", "ccc"), Accepted(dir, "11010519491231002X", "a"),
          Accepted(dir, "320106200001010018", "bb")};
}

PackOptions ByIdNumber() {
  PackOptions options;
  options.name = *NameTemplate::Parse("{id_number}");
  return options;
}

// Every file below `directory` with its contents.
std::map<std::string, std::string> Contents(const fs::path& directory) {
  std::map<std::string, std::string> contents;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file()) {
      contents[fs::relative(entry.path(), directory).string()] = *ReadTextFile(entry.path(), kMiB);
    }
  }
  return contents;
}

}  // namespace

TEST_CASE("a pack holds photos, index and checksums, and no one else can read it") {
  const TempDir dir;
  const auto records = ThreePhotos(dir);
  const PackOptions options = ByIdNumber();
  const auto plan = PlanPack(records, options);
  REQUIRE(plan);
  CHECK(plan->photos.size() == 3);
  CHECK(plan->photos[0].file == "photos/11010519491231002X.jpg");  // Sorted.
  CHECK(plan->photos[0].record == 1);
  const fs::path out = dir.path() / "upload";
  REQUIRE(WritePack(records, *plan, options, out));
  const auto files = Contents(out);
  CHECK(files.size() == 5);
  CHECK(files.at("photos/320106200001010018.jpg") == "bb");
  const std::string sums = files.at("SHA256SUMS");
  CHECK(sums.find(Sha256Hex("bb") + "  photos/320106200001010018.jpg\n") != std::string::npos);
  CHECK(sums.find(Sha256Hex(files.at("index.csv")) + "  index.csv\n") != std::string::npos);
  CHECK(sums.find("SHA256SUMS") == std::string::npos);
  const std::string& index = files.at("index.csv");
  CHECK(index.find("photos/320106200001010018.jpg,") != std::string::npos);
  CHECK(index.find("in/320106200001010018.jpg") != std::string::npos);  // The source photo.
  CHECK(index.find("\"'=张三,\"\"甲\"\"\"") != std::string::npos);      // No formula.
  for (const auto& [file, bytes] : files) {
    CHECK((fs::status(out / file).permissions() & fs::perms(077)) == fs::perms::none);
  }
  CHECK((fs::status(out / "photos").permissions() & fs::perms(077)) == fs::perms::none);
}

TEST_CASE("the same records give the same bytes, zips included, and a second run changes nothing") {
  const TempDir dir;
  const auto records = ThreePhotos(dir);
  PackOptions options = ByIdNumber();
  options.zip = true;
  options.zip_max_files = 2;
  const auto plan = PlanPack(records, options);
  REQUIRE(plan);
  CHECK(plan->zips == std::vector<std::string>{"photos-001.zip", "photos-002.zip"});
  CHECK(plan->photos[1].zip == "photos-001.zip");
  CHECK(plan->photos[2].zip == "photos-002.zip");
  REQUIRE(WritePack(records, *plan, options, dir.path() / "a"));
  REQUIRE(WritePack(records, *plan, options, dir.path() / "b"));
  const auto first = Contents(dir.path() / "a");
  CHECK(first == Contents(dir.path() / "b"));
  CHECK(first.contains("photos-002.zip"));
  CHECK(first.at("SHA256SUMS").find("  photos-002.zip\n") != std::string::npos);
  // Only photos, under names without "photos/".
  CHECK(first.at("photos-001.zip").find("index.csv") == std::string::npos);
  CHECK(first.at("photos-001.zip").find("photos/") == std::string::npos);
  const auto time = fs::last_write_time(dir.path() / "a" / "SHA256SUMS");
  CHECK(WritePack(records, *plan, options, dir.path() / "a"));
  CHECK(Contents(dir.path() / "a") == first);
  CHECK(fs::last_write_time(dir.path() / "a" / "SHA256SUMS") == time);
  CHECK(std::system(("cd '" + (dir.path() / "a").string() + "' && sha256sum --quiet -c SHA256SUMS").c_str()) ==
        0);
}

TEST_CASE("one zip has no number") {
  const TempDir dir;
  const auto records = ThreePhotos(dir);
  PackOptions options = ByIdNumber();
  options.zip = true;
  CHECK(PlanPack(records, options)->zips == std::vector<std::string>{"photos.zip"});
  options.zip_max_bytes = 100;
  CHECK(PlanPack(records, options).error().kind == ErrorKind::kUsage);
}

TEST_CASE("one zip for each class, split by its limit, flat inside, with names in GBK") {
  const TempDir dir;
  std::vector<Record> records;
  int number = 0;
  for (const char* group : {"1班", "1班", "1班", "2班"}) {
    records.push_back(Accepted(dir, "n" + std::to_string(++number), "x"));
    records.back().student->fields.emplace_back("class", group);
    records.back().student->fields.emplace_back("given", "张三" + std::to_string(number));
  }
  PackOptions options;
  options.folder = *NameTemplate::Parse("{class}");
  options.name = *NameTemplate::Parse("{given}");
  options.zip = true;
  options.zip_name = *NameTemplate::Parse("{class}");
  options.zip_max_files = 2;
  const auto plan = PlanPack(records, options);
  REQUIRE(plan);
  CHECK(plan->zips == std::vector<std::string>{"1班-001.zip", "1班-002.zip", "2班.zip"});
  CHECK(plan->photos[0].name_in_zip == "1班/张三1.jpg");
  CHECK(plan->photos[2].zip == "1班-002.zip");
  CHECK(plan->photos[3].zip == "2班.zip");

  options.zip_flat = true;
  options.zip_names = ZipNames::kGbk;
  const auto flat = PlanPack(records, options);
  REQUIRE(flat);
  CHECK(flat->photos[0].name_in_zip ==
        "\xD5\xC5\xC8\xFD"
        "1.jpg");
  REQUIRE(WritePack(records, *flat, options, dir.path() / "upload"));
  const std::string zip = Contents(dir.path() / "upload").at("2班.zip");
  CHECK(zip.find("\xD5\xC5\xC8\xFD"
                 "4.jpg") != std::string::npos);
  CHECK((static_cast<unsigned char>(zip[7]) & 0x08U) == 0);  // No language flag: bit 11 of the flags.
}

TEST_CASE(
    "names that GBK cannot hold, and names that meet in a flat zip, keep their own photos out, no others") {
  const TempDir dir;
  std::vector<Record> records = ThreePhotos(dir);
  PackOptions options = ByIdNumber();
  options.zip = true;
  options.zip_names = ZipNames::kGbk;
  CHECK(PlanPack(records, options)->refused.empty());
  records[1].student->fields[1].second = "\U0002C488";  // 𬒈, an ideograph of extension E.
  const auto lost = PlanPack(records, options);
  REQUIRE(lost);
  CHECK(lost->photos.size() == 2);
  REQUIRE(lost->refused.size() == 1);
  CHECK(lost->refused[0].record == 1);
  CHECK(lost->refused[0].why == Refusal::kNoName);
  CHECK(lost->refused[0].detail.find("GBK") != std::string::npos);

  for (std::size_t i = 0; i < 3; ++i) {
    records[i].student->fields[1].second = i < 2 ? "same" : "other";
    records[i].student->fields.emplace_back("class", std::to_string(i));
  }
  options.folder = *NameTemplate::Parse("{class}");
  CHECK(PlanPack(records, options)->photos.size() == 3);
  options.zip_flat = true;
  const auto flat = PlanPack(records, options);
  REQUIRE(flat);
  REQUIRE(flat->photos.size() == 1);
  CHECK(flat->photos[0].record == 2);
  CHECK(flat->Count(Refusal::kSameName) == 2);
  options.zip_name = *NameTemplate::Parse("{class}/x");
  CHECK(PlanPack(records, options).error().message == "the name of a zip must not have folders");
}

TEST_CASE("a class written in two cases is one zip") {
  const TempDir dir;
  std::vector<Record> records = ThreePhotos(dir);
  for (std::size_t i = 0; i < 3; ++i) records[i].student->fields.emplace_back("class", i == 0 ? "a" : "A");
  PackOptions options = ByIdNumber();
  options.zip = true;
  options.zip_name = *NameTemplate::Parse("{class}");
  const auto plan = PlanPack(records, options);
  REQUIRE(plan);
  CHECK(plan->zips.size() == 1);
  CHECK(plan->photos.size() == 3);
}

TEST_CASE("only accepted records whose photo is the checked one are packed") {
  const TempDir dir;
  std::vector<Record> records = ThreePhotos(dir);
  for (const Outcome outcome :
       {Outcome::kReview, Outcome::kRejected, Outcome::kError, Outcome::kMissing, Outcome::kHeld}) {
    records.push_back(Accepted(dir, "n" + std::to_string(records.size()), "x"));
    records.back().outcome = outcome;
  }
  records[0].output_sha256 = Sha256Hex("other bytes");
  fs::remove(records[1].output);
  records.push_back(Accepted(dir, "no-output", "x"));
  records.back().output.clear();
  records.push_back(Accepted(dir, "no-checksum", "x"));
  records.back().output_sha256.clear();
  const auto plan = PlanPack(records, ByIdNumber());
  REQUIRE(plan);
  CHECK(plan->photos.size() == 1);
  CHECK(plan->photos[0].record == 2);
  CHECK(plan->Count(Refusal::kNotAccepted) == 5);
  CHECK(plan->Count(Refusal::kOutputChanged) == 1);
  CHECK(plan->Count(Refusal::kOutputUnreadable) == 1);
  CHECK(plan->Count(Refusal::kNoOutput) == 2);
  CHECK(plan->refused.size() == 9);
}

TEST_CASE("a photo that changes between plan and writing is refused") {
  const TempDir dir;
  const auto records = ThreePhotos(dir);
  const auto plan = PlanPack(records, ByIdNumber());
  REQUIRE(plan);
  dir.Write("standardized/320106200001010018.jpg", "BB");
  const auto written = WritePack(records, *plan, ByIdNumber(), dir.path() / "upload");
  REQUIRE_FALSE(written);
  CHECK(written.error().kind == ErrorKind::kInput);
  CHECK(written.error().message.find("320106200001010018") == std::string::npos);
  CHECK_FALSE(fs::exists(dir.path() / "upload" / "SHA256SUMS"));
}

TEST_CASE(
    "students who share a file name, in whatever case, are held without naming numbers; the rest is packed") {
  const TempDir dir;
  const std::vector<Record> records = {Accepted(dir, "e12345678a", "1"), Accepted(dir, "x", "2"),
                                       Accepted(dir, "E12345678A", "3")};
  const auto plan = PlanPack(records, ByIdNumber());
  REQUIRE(plan);
  REQUIRE(plan->photos.size() == 1);
  CHECK(plan->photos[0].record == 1);
  REQUIRE(plan->refused.size() == 2);
  CHECK(plan->refused[0].record == 0);
  CHECK(plan->refused[0].why == Refusal::kSameName);
  CHECK(plan->refused[0].others == std::vector<std::size_t>{2});
  CHECK(plan->refused[0].detail == "shares its file name with record 3");
  CHECK(plan->refused[1].detail == "shares its file name with record 1");
}

TEST_CASE("one row without a number holds nobody else; a field that no row has is the template's fault") {
  const TempDir dir;
  std::vector<Record> records = ThreePhotos(dir);
  records[1].student->fields[1].second = " ";
  const auto plan = PlanPack(records, ByIdNumber());
  REQUIRE(plan);
  CHECK(plan->photos.size() == 2);
  REQUIRE(plan->refused.size() == 1);
  CHECK(plan->refused[0].why == Refusal::kNoName);
  CHECK(plan->refused[0].detail == "field 'id_number' is empty");
  // Also when it is the only one of the night.
  CHECK(PlanPack(std::span(records).subspan(1, 1), ByIdNumber())->photos.empty());

  PackOptions options = ByIdNumber();
  options.folder = *NameTemplate::Parse("{grade}");
  const auto wrong = PlanPack(records, options);
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().kind == ErrorKind::kUsage);
  CHECK(wrong.error().message.find("grade") != std::string::npos);
  CHECK(wrong.error().message.find("id_number") != std::string::npos);
}

TEST_CASE("a different file in the way is refused, and replaced only on demand") {
  const TempDir dir;
  const auto records = ThreePhotos(dir);
  PackOptions options = ByIdNumber();
  const auto plan = PlanPack(records, options);
  REQUIRE(plan);
  const fs::path out = dir.path() / "upload";
  dir.Write("upload/photos/320106200001010018.jpg", "an older photo");
  const auto conflicts = FindConflicts(records, *plan, out);
  REQUIRE(conflicts);
  CHECK(conflicts->different == std::vector<std::string>{"photos/320106200001010018.jpg"});
  CHECK(conflicts->foreign.empty());
  const auto refused = WritePack(records, *plan, options, out);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::kOutput);
  CHECK(refused.error().message.find("320106200001010018") == std::string::npos);
  CHECK(Contents(out).size() == 1);  // Nothing was written.
  options.if_exists = IfExists::kOverwrite;
  CHECK(WritePack(records, *plan, options, out));
  CHECK(Contents(out).at("photos/320106200001010018.jpg") == "bb");
}

TEST_CASE("photos that belong to no such pack stop it even with overwrite") {
  const TempDir dir;
  const auto records = ThreePhotos(dir);
  PackOptions options = ByIdNumber();
  options.if_exists = IfExists::kOverwrite;
  const auto plan = PlanPack(records, options);
  REQUIRE(plan);
  dir.Write("upload/photos/110101200001010010.jpg", "somebody else");
  dir.Write("upload/1班.zip", "old zip");
  dir.Write("upload/readme.txt", "not looked at");
  const auto conflicts = FindConflicts(records, *plan, dir.path() / "upload");
  REQUIRE(conflicts);
  CHECK(conflicts->foreign == std::vector<std::string>{"1班.zip", "photos/110101200001010010.jpg"});
  const auto refused = WritePack(records, *plan, options, dir.path() / "upload");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::kOutput);
  CHECK(refused.error().message.find("110101200001010010") == std::string::npos);
}

TEST_CASE("what an interrupted run left is finished by the next") {
  const TempDir dir;
  const auto records = ThreePhotos(dir);
  PackOptions options = ByIdNumber();
  const auto plan = PlanPack(records, options);
  REQUIRE(plan);
  int asked = 0;
  options.interrupted = [&] { return ++asked > 2; };
  const fs::path out = dir.path() / "upload";
  CHECK_FALSE(WritePack(records, *plan, options, out));
  CHECK(Contents(out).size() == 2);
  dir.Write("upload/photos/.gradphoto-a1B2c3.tmp", "half a pho");
  dir.Write("upload/.gradphoto-Z9y8X7.tmp", "half a zip");
  CHECK(WritePack(records, *plan, ByIdNumber(), out));
  CHECK(Contents(out).size() == 5);
}
