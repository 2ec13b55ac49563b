// SPDX-License-Identifier: Apache-2.0
#include "lib/table/xlsx_package.h"

#include <span>

#include <zip.h>

namespace gradphoto::table {
namespace {

struct CloseFile {
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};

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
  if (zip_get_num_entries(archive, 0) > static_cast<zip_int64_t>(kMaxParts)) {
    return package.FailAt("", "more parts than any workbook has");
  }
  return package;
}

bool XlsxPackage::Has(const std::string& part) const {
  return zip_name_locate(archive_.get(), part.c_str(), 0) >= 0;
}

Result<void> XlsxPackage::Read(const std::string& part, XmlHandler& handler) {
  const std::unique_ptr<zip_file_t, CloseFile> file(zip_fopen(archive_.get(), part.c_str(), 0));
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
