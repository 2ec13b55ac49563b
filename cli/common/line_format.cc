// SPDX-License-Identifier: Apache-2.0
#include "cli/common/line_format.h"

#include <optional>
#include <string_view>
#include <utility>

#include <spdlog/pattern_formatter.h>

#include "cli/common/table.h"
#include "lib/base/resources.h"

namespace gradphoto::cli {
namespace {

// %*: the line.
class LineFlag : public spdlog::custom_flag_formatter {
 public:
  LineFlag(standard::Language language, std::filesystem::path config_dir)
      : language_(language), config_dir_(std::move(config_dir)) {}

  void format(const spdlog::details::log_msg& line, const std::tm& /*time*/,
              spdlog::memory_buf_t& out) override {
    if (language_ == standard::Language::kZh && !read_) ReadCatalogue();
    std::string_view rest(line.payload.data(), line.payload.size());
    for (bool more = true; more;) {  // An error may name several places, a line each.
      const std::size_t end = rest.find('\n');
      more = end != std::string_view::npos;
      std::string told(rest.substr(0, end));
      if (catalogue_) told = catalogue_->In(language_).Line(told);
      told = Printable(std::move(told)) + (more ? "\n" : "");
      out.append(told.data(), told.data() + told.size());
      if (more) rest.remove_prefix(end + 1);
    }
  }

  std::unique_ptr<custom_flag_formatter> clone() const override {
    return std::make_unique<LineFlag>(language_, config_dir_);
  }

 private:
  void ReadCatalogue() {
    read_ = true;
    const auto configs = FindConfigDir(config_dir_);
    if (!configs) return;
    if (auto catalogue = standard::TextCatalogue::Load(*configs)) catalogue_ = *std::move(catalogue);
  }

  standard::Language language_;
  std::filesystem::path config_dir_;
  bool read_ = false;
  std::optional<standard::TextCatalogue> catalogue_;
};

}  // namespace

std::unique_ptr<spdlog::formatter> LineFormatter(standard::Language language,
                                                 const std::filesystem::path& config_dir,
                                                 const std::string& prefix) {
  auto formatter = std::make_unique<spdlog::pattern_formatter>();
  formatter->add_flag<LineFlag>('*', language, config_dir).set_pattern(prefix + "%*");
  return formatter;
}

}  // namespace gradphoto::cli
