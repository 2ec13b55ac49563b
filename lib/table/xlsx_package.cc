// SPDX-License-Identifier: Apache-2.0
#include "lib/table/xlsx_package.h"

#include <algorithm>
#include <span>

#include <zip.h>

#include "lib/base/text.h"

namespace gradphoto::table {
namespace {

struct CloseFile {
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};

std::string PartName(std::string_view name) {
  std::string part = ToLowerAscii(name);
  std::ranges::replace(part, '\\', '/');
  return part.substr(std::min(part.find_first_not_of('/'), part.size()));
}

}  // namespace

void XlsxPackage::Discard::operator()(zip* archive) const { zip_discard(archive); }

Result<XlsxPackage> XlsxPackage::Open(std::string_view bytes, std::string_view name, const XlsxLimits& limits) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  zip_t* archive = source == nullptr ? nullptr : zip_open_from_source(source, ZIP_RDONLY, &error);
  if (archive == nullptr) {
    if (source != nullptr) zip_source_free(source);
    const std::string why = zip_error_strerror(&error);
    zip_error_fini(&error);
    return Fail(ErrorKind::kInput,
                std::string(name) + ": not a whole workbook: " + why + std::string(kWorkbookRemedy));
  }
  zip_error_fini(&error);
  XlsxPackage package(archive, name, limits);
  const zip_int64_t parts = zip_get_num_entries(archive, 0);
  if (parts > static_cast<zip_int64_t>(kMaxParts)) {
    return package.FailAt("", "more parts than any workbook has");
  }
  for (zip_int64_t i = 0; i < parts; ++i) {
    const auto index = static_cast<zip_uint64_t>(i);
    // Of two parts of one name the first is read, whatever a program meant by the second.
    if (const char* part = zip_get_name(archive, index, 0)) package.index_of_.emplace(PartName(part), index);
  }
  return package;
}

bool XlsxPackage::Has(const std::string& part) const { return index_of_.contains(PartName(part)); }

Result<void> XlsxPackage::Read(const std::string& part, XmlHandler& handler) {
  const auto index = index_of_.find(PartName(part));
  if (index == index_of_.end())
    return FailAt(part, "the workbook lacks this part" + std::string(kWorkbookRemedy));
  const std::unique_ptr<zip_file_t, CloseFile> file(zip_fopen_index(archive_.get(), index->second, 0));
  if (file == nullptr) {
    return FailAt(part, std::string(zip_strerror(archive_.get())) + std::string(kWorkbookRemedy));
  }
  const ByteSource source = [&](std::span<char> buffer) -> Result<std::size_t> {
    const zip_int64_t got = zip_fread(file.get(), buffer.data(), buffer.size());
    if (got < 0) return FailAt(part, "damaged: " + std::string(zip_file_strerror(file.get())));
    inflated_ += static_cast<std::uint64_t>(got);
    if (inflated_ > limits_->max_inflated_bytes) {
      return FailAt(part, "inflates to more than " + std::to_string(limits_->max_inflated_bytes) +
                              " bytes; no roster is so large");
    }
    return static_cast<std::size_t>(got);
  };
  return ParseXml(source, name_ + ":" + part, handler);
}

std::unexpected<Error> XlsxPackage::FailAt(const std::string& part, const std::string& why) const {
  return Fail(ErrorKind::kInput, name_ + (part.empty() ? "" : ":" + part) + ": " + why);
}

}  // namespace gradphoto::table
