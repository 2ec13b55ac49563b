// SPDX-License-Identifier: Apache-2.0
// From YAML to Standard: every block of a profile has one function here, in the order of the file.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <span>
#include <system_error>
#include <utility>

#include "lib/base/text.h"
#include "lib/base/yaml.h"
#include "lib/standard/codes.h"
#include "lib/standard/standard.h"
#include "lib/standard/standard_json.h"

namespace gradphoto::standard {
namespace {

constexpr std::size_t kMaxExtends = 3;
constexpr int kMaxFramePx = 10'000;
constexpr int kMaxDpi = 2'400;

// The values that a key may have; their names are those that standard_json.h writes.
template <typename E>
using Choices = std::span<const E>;

constexpr std::array kMeasures = {Measure::kEyeLine,       Measure::kCrown,     Measure::kSkull,
                                  Measure::kChin,          Measure::kFaceWidth, Measure::kHeadLength,
                                  Measure::kPupilDistance, Measure::kEyeMidX};
constexpr std::array kEdges = {Edge::kTop, Edge::kBottom, Edge::kLeft};
constexpr std::array kLengthUnits = {LengthUnit::kPixel, LengthUnit::kPercent, LengthUnit::kMillimetre};
constexpr std::array kWhenUncertain = {WhenUncertain::kKeepOriginal, WhenUncertain::kAskPlainWall};
constexpr std::array kPolicies = {BackgroundPolicy::kNever, BackgroundPolicy::kIfNeeded,
                                  BackgroundPolicy::kAlways};
constexpr std::array kGlasses = {GlassesPolicy::kAllowed, GlassesPolicy::kForbidden};
// What a profile may ask for; "not-assessed" is a fact and not a choice.
constexpr std::array kSeverities = {Severity::kInfo, Severity::kWarn, Severity::kReview, Severity::kReject,
                                    Severity::kError};

// The value of the key as one of the named values; a wrong name is kept in `map` as its error.
template <typename E>
std::optional<E> ReadName(YamlMap& map, const YamlNode* node, const std::string& what, Choices<E> choices,
                          std::string_view (*name)(E)) {
  if (node == nullptr) return std::nullopt;
  const auto text = node->AsString();
  if (!text) {
    map.Fail(text.error());
    return std::nullopt;
  }
  std::vector<std::string> valid;
  for (const E choice : choices) {
    if (name(choice) == *text) return choice;
    valid.emplace_back(name(choice));
  }
  map.Fail(node->MakeError(UnknownNameMessage(what, *text, valid)));
  return std::nullopt;
}

void FailAt(YamlMap& map, const YamlNode& node, const std::string& message) {
  map.Fail(node.MakeError(message));
}

// A required whole number within [min, max].
int IntWithin(YamlMap& map, const std::string& key, int min, int max) {
  const auto value = map.Int(key);
  if (!value) return min;
  if (*value < min || *value > max) {
    FailAt(map, *map.Node(key),
           "must be " + std::to_string(min) + " to " + std::to_string(max) + ", got " + std::to_string(*value));
  }
  return *value;
}

// A text that must not be empty: titles, sources.
std::string Text(YamlMap& map, const std::string& key) {
  const auto text = map.String(key);
  if (text && Trim(*text).empty()) FailAt(map, *map.Node(key), "must not be empty");
  return text.value_or("");
}

// A list of exactly `Size` numbers.
template <typename T, std::size_t Size>
std::optional<std::array<T, Size>> ReadNumbers(YamlMap& map, const YamlNode* node,
                                               Result<T> (YamlNode::*as)() const) {
  if (node == nullptr) return std::nullopt;
  const auto list = node->AsList();
  if (!list || (*list)->size() != Size) {
    FailAt(map, *node, "expected a list of " + std::to_string(Size) + " numbers");
    return std::nullopt;
  }
  std::array<T, Size> numbers{};
  for (std::size_t i = 0; i < Size; ++i) {
    const auto number = ((**list)[i].*as)();
    if (!number) {
      map.Fail(number.error());
      return std::nullopt;
    }
    numbers[i] = *number;
  }
  return numbers;
}

// Fixes the frame's aspect ratio and tells what is wrong with its sizes, if anything is.
std::optional<std::string> CheckFrame(FrameSize& frame) {
  for (const int size : {frame.min_width_px, frame.min_height_px, frame.max_width_px, frame.max_height_px}) {
    if (size < 1 || size > kMaxFramePx) return "sizes must be 1 to " + std::to_string(kMaxFramePx) + " px";
  }
  if (frame.min_width_px > frame.max_width_px || frame.min_height_px > frame.max_height_px) {
    return "min_px is larger than max_px";
  }
  if (frame.IsExact()) {
    const int divisor = std::gcd(frame.max_width_px, frame.max_height_px);
    frame.aspect_width = frame.max_width_px / divisor;
    frame.aspect_height = frame.max_height_px / divisor;
    return std::nullopt;
  }
  if (frame.aspect_width < 1 || frame.aspect_height < 1) return "aspect must be two numbers above 0";
  // Whole pixels cannot always meet the ratio: half a pixel of the height is within it.
  const auto fits = [&](int width, int height) {
    return std::abs(static_cast<double>(width) * frame.aspect_height / frame.aspect_width - height) <= 0.5;
  };
  if (!fits(frame.min_width_px, frame.min_height_px)) return "min_px does not have the aspect ratio";
  if (!fits(frame.max_width_px, frame.max_height_px)) return "max_px does not have the aspect ratio";
  return std::nullopt;
}

Result<FrameSize> ReadFrame(const YamlNode& node) {
  YamlMap map(node);
  FrameSize frame;
  const YamlNode* min = map.OptionalNode("min_px");
  const YamlNode* max = map.OptionalNode("max_px");
  const YamlNode* aspect = map.OptionalNode("aspect");
  if (min != nullptr || max != nullptr || aspect != nullptr) {
    const auto min_px = ReadNumbers<int, 2>(map, map.Node("min_px"), &YamlNode::AsInt);
    const auto max_px = ReadNumbers<int, 2>(map, map.Node("max_px"), &YamlNode::AsInt);
    const auto ratio = ReadNumbers<int, 2>(map, map.Node("aspect"), &YamlNode::AsInt);
    if (min_px) std::tie(frame.min_width_px, frame.min_height_px) = std::tie((*min_px)[0], (*min_px)[1]);
    if (max_px) std::tie(frame.max_width_px, frame.max_height_px) = std::tie((*max_px)[0], (*max_px)[1]);
    if (ratio) std::tie(frame.aspect_width, frame.aspect_height) = std::tie((*ratio)[0], (*ratio)[1]);
    for (const char* key : {"width_px", "height_px"}) {
      if (const YamlNode* exact = map.OptionalNode(key)) {
        FailAt(map, *exact, "give either width_px and height_px or min_px, max_px and aspect");
      }
    }
  } else {
    frame.min_width_px = frame.max_width_px = map.Int("width_px").value_or(0);
    frame.min_height_px = frame.max_height_px = map.Int("height_px").value_or(0);
  }
  frame.dpi = IntWithin(map, "dpi", 1, kMaxDpi);
  frame.source = Text(map, "source");
  TRY(map.Finish());
  if (const auto problem = CheckFrame(frame)) return Fail(node.MakeError(*problem));
  return frame;
}

// The whole way that a measure can have in the frame, in the unit of the rule: where an open end lies.
double Extent(const PlacementRule& rule, const FrameSize& frame) {
  constexpr double kMillimetresPerInch = 25.4;
  const int pixels = IsHorizontal(rule.measure) ? frame.max_width_px : frame.max_height_px;
  switch (rule.unit) {
    case LengthUnit::kPixel:
      return pixels;
    case LengthUnit::kPercent:
      return 100;
    case LengthUnit::kMillimetre:
      return pixels * kMillimetresPerInch / frame.dpi;
  }
  return pixels;
}

std::optional<std::string> CheckRuleWindow(const PlacementRule& rule, double extent) {
  if (!rule.has_min && !rule.has_max) return "needs min or max";
  if (rule.min < 0) return "min is below 0";
  if (rule.max > extent) return "max lies outside the frame";
  if (rule.min > rule.max) return "min is larger than max";
  if (rule.target_min > rule.target_max) return "the ends of target are swapped";
  if (rule.target_min < rule.min || rule.target_max > rule.max) return "target lies outside min and max";
  return std::nullopt;
}

Result<PlacementRule> ReadRule(const YamlNode& node, const FrameSize& frame) {
  YamlMap map(node);
  PlacementRule rule;
  if (const auto measure = ReadName<Measure>(map, map.Node("measure"), "measure", kMeasures, MeasureName)) {
    rule.measure = *measure;
  }
  // A length has no edge; a position must say from which one, so that nobody has to guess.
  const YamlNode* from = IsLength(rule.measure) ? map.OptionalNode("from") : map.Node("from");
  if (from != nullptr && IsLength(rule.measure)) FailAt(map, *from, "a length is not measured from an edge");
  if (const auto edge = ReadName<Edge>(map, from, "edge", kEdges, EdgeName)) {
    rule.from = *edge;
    if ((*edge == Edge::kLeft) != (rule.measure == Measure::kEyeMidX)) {
      FailAt(map, *from, "'left' is for eye_x and nothing else");
    }
  }
  if (const auto unit = ReadName<LengthUnit>(map, map.Node("unit"), "unit", kLengthUnits, LengthUnitName))
    rule.unit = *unit;
  const auto min = map.OptionalDouble("min");
  const auto max = map.OptionalDouble("max");
  rule.has_min = min.has_value();
  rule.has_max = max.has_value();
  rule.min = min.value_or(0);
  rule.max = max.value_or(Extent(rule, frame));
  const auto target = ReadNumbers<double, 2>(map, map.OptionalNode("target"), &YamlNode::AsDouble);
  rule.target_min = target ? (*target)[0] : rule.min;
  rule.target_max = target ? (*target)[1] : rule.max;
  if (const auto severity =
          ReadName<Severity>(map, map.Node("severity"), "severity", kSeverities, SeverityName)) {
    rule.severity = *severity;
  }
  rule.source = Text(map, "source");
  TRY(map.Finish());
  if (const auto problem = CheckRuleWindow(rule, Extent(rule, frame))) {
    return Fail(node.MakeError(*problem));
  }
  return rule;
}

Result<std::vector<PlacementRule>> ReadPlacement(const YamlNode& node, const FrameSize& frame) {
  TRY_ASSIGN(const auto list, node.AsList());
  std::vector<PlacementRule> rules;
  for (const YamlNode& item : *list) {
    TRY_ASSIGN(auto rule, ReadRule(item, frame));
    if (std::ranges::find(rules, rule.measure, &PlacementRule::measure) != rules.end()) {
      return Fail(item.MakeError("second rule for '" + std::string(MeasureName(rule.measure)) + "'"));
    }
    rules.push_back(std::move(rule));
  }
  return rules;
}

Result<Colour> ReadColour(const YamlNode& node) {
  YamlMap map(node);
  Colour colour;
  colour.name = Text(map, "name");
  const YamlNode* rgb = map.Node("rgb");
  if (const auto numbers = ReadNumbers<int, 3>(map, rgb, &YamlNode::AsInt)) {
    colour.rgb = *numbers;
    if (std::ranges::any_of(colour.rgb, [](int v) { return v < 0 || v > 255; })) {
      FailAt(map, *rgb, "each must be 0 to 255");
    }
  }
  TRY(map.Finish());
  return colour;
}

Result<Background> ReadBackground(const YamlNode& node) {
  YamlMap map(node);
  Background background;
  const YamlNode* policy = map.Node("policy");
  if (const auto value = ReadName<BackgroundPolicy>(map, policy, "policy", kPolicies, PolicyName))
    background.policy = *value;
  if (const auto value =
          ReadName<WhenUncertain>(map, map.OptionalNode("when_uncertain"), "way with uncertain mattes",
                                  kWhenUncertain, WhenUncertainName)) {
    background.when_uncertain = *value;
  }
  background.tolerance_delta_e = map.Double("tolerance_delta_e").value_or(0);
  if (background.tolerance_delta_e < 0) FailAt(map, *map.Node("tolerance_delta_e"), "must not be below 0");
  background.any_plain = map.OptionalBool("any_plain").value_or(false);
  const YamlNode* colours = background.any_plain ? map.OptionalNode("colours") : map.Node("colours");
  if (colours != nullptr) {
    const auto list = colours->AsList();
    if (!list) map.Fail(list.error());
    for (const YamlNode& item : list ? **list : YamlNode::List{}) {
      TRY_ASSIGN(auto colour, ReadColour(item));
      background.allowed.push_back(std::move(colour));
    }
  }
  background.source = Text(map, "source");
  TRY(map.Finish());
  if (background.allowed.empty() && !background.any_plain) {
    return Fail(node.MakeError("needs at least one colour, or any_plain: true"));
  }
  if (background.allowed.empty() && background.policy != BackgroundPolicy::kNever) {
    return Fail(node.MakeError("a policy that replaces needs a colour to replace with"));
  }
  return background;
}

Result<FileRules> ReadFileRules(const YamlNode& node) {
  YamlMap map(node);
  FileRules file;
  constexpr int kMost = std::numeric_limits<int>::max();
  file.min_bytes = IntWithin(map, "min_bytes", 0, kMost);
  file.max_bytes = IntWithin(map, "max_bytes", 0, kMost);
  if (const auto target = ReadNumbers<int, 2>(map, map.Node("target_bytes"), &YamlNode::AsInt)) {
    file.target_min_bytes = (*target)[0];
    file.target_max_bytes = (*target)[1];
  }
  file.min_quality = IntWithin(map, "min_quality", 1, 100);
  file.source = Text(map, "source");
  TRY(map.Finish());
  const std::int64_t most = file.max_bytes == 0 ? kMost : file.max_bytes;
  if (file.min_bytes > most) return Fail(node.MakeError("min_bytes is larger than max_bytes"));
  if (file.target_min_bytes > file.target_max_bytes) {
    return Fail(node.MakeError("the ends of target_bytes are swapped"));
  }
  if (file.target_min_bytes < file.min_bytes || file.target_max_bytes > most) {
    return Fail(node.MakeError("target_bytes lies outside min_bytes and max_bytes"));
  }
  return file;
}

// Whether the thresholds grow stricter from warn to reject. Equal ones would make the milder one unreachable.
bool IsOrdered(const CheckRule& rule, Bound bound) {
  std::optional<double> milder;
  for (const auto& threshold : {rule.warn, rule.review, rule.reject}) {
    if (!threshold) continue;
    if (milder && (bound == Bound::kAbove ? *threshold <= *milder : *threshold >= *milder)) return false;
    milder = threshold;
  }
  return true;
}

Result<CheckRule> ReadCheckRule(const YamlNode& node, Code code) {
  YamlMap map(node);
  CheckRule rule;
  const bool has_thresholds = code.bound() == Bound::kAbove || code.bound() == Bound::kBelow;
  if (has_thresholds) {
    const std::string unit(code.unit());
    rule.warn = map.OptionalDouble("warn_" + unit);
    rule.review = map.OptionalDouble("review_" + unit);
    rule.reject = map.OptionalDouble("reject_" + unit);
  } else {
    rule.severity = ReadName<Severity>(map, map.Node("severity"), "severity", kSeverities, SeverityName);
  }
  rule.source = Text(map, "source");
  TRY(map.Finish());
  if (!has_thresholds) return rule;

  const std::array thresholds = {rule.warn, rule.review, rule.reject};
  if (std::ranges::none_of(thresholds, [](const auto& t) { return t.has_value(); })) {
    return Fail(node.MakeError("needs at least one threshold"));
  }
  if (std::ranges::any_of(thresholds, [](const auto& t) { return t && *t < 0; })) {
    return Fail(node.MakeError("thresholds must not be below 0"));
  }
  if (!IsOrdered(rule, code.bound())) {
    return Fail(node.MakeError(code.bound() == Bound::kAbove
                                   ? "thresholds must rise from warn over review to reject"
                                   : "thresholds must fall from warn over review to reject"));
  }
  return rule;
}

bool IsPlacementCode(Code code) {
  return std::ranges::any_of(kMeasures, [&](Measure measure) { return MeasureCode(measure) == code; });
}

Result<std::map<Code, CheckRule>> ReadChecks(const YamlNode& node) {
  TRY_ASSIGN(const auto map, node.AsMap());
  std::map<Code, CheckRule> checks;
  for (const auto& [name, value] : *map) {
    const auto code = Code::Find(name);
    if (!code) {
      return Fail(value.MakeError(UnknownNameMessage("code", name, AllCodeNames())));
    }
    if (IsPlacementCode(*code)) {
      return Fail(value.MakeError("belongs under 'placement', with its window and severity"));
    }
    if (value.IsScalar() && value.AsString() == "off") continue;
    TRY_ASSIGN(auto rule, ReadCheckRule(value, *code));
    checks.emplace(*code, std::move(rule));
  }
  return checks;
}

// Digits in the shape of "2017", "2017-06" or "2017-06-01"; empty when the document has no known date.
bool IsDate(std::string_view text) {
  constexpr std::string_view kShape = "0000-00-00";
  if (text.empty()) return true;
  if (text.size() != 4 && text.size() != 7 && text.size() != 10) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (kShape[i] == '-' ? text[i] != '-' : (text[i] < '0' || text[i] > '9')) return false;
  }
  return true;
}

// What is wrong with a naming template, if anything is. Which columns exist is known only with a roster.
std::optional<std::string> CheckTemplate(std::string_view text) {
  bool inside = false;
  std::size_t start = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '{') {
      if (inside) return "'{' within braces";
      inside = true;
      start = i + 1;
    } else if (text[i] == '}') {
      if (!inside) return "'}' without '{'";
      if (i == start) return "empty braces";
      inside = false;
    }
  }
  if (inside) return "'{' without '}'";
  return std::nullopt;
}

Result<void> ReadNaming(const YamlNode& node, Standard& standard) {
  YamlMap map(node);
  standard.name_template = Text(map, "file");
  standard.folder_template = map.OptionalString("folder").value_or("");
  if (standard.name_template.find_first_of("/\\") != std::string::npos) {
    FailAt(map, *map.Node("file"), "folders belong under 'folder'");
  }
  for (const auto& [key, text] :
       {std::pair("file", &standard.name_template), std::pair("folder", &standard.folder_template)}) {
    if (const auto problem = CheckTemplate(*text)) FailAt(map, *map.OptionalNode(key), *problem);
  }
  return map.Finish();
}

enum class ZipNames { kUtf8, kGbk };
constexpr std::array kZipNames = {ZipNames::kUtf8, ZipNames::kGbk};
std::string_view ZipNamesName(ZipNames names) { return ZipEncodingName(names == ZipNames::kGbk); }

Result<ZipRules> ReadZip(const YamlNode& node) {
  YamlMap map(node);
  ZipRules zip;
  zip.name_template = map.OptionalString("by").value_or("");
  if (const auto problem = CheckTemplate(zip.name_template)) FailAt(map, *map.OptionalNode("by"), *problem);
  if (zip.name_template.find_first_of("/\\") != std::string::npos) {
    FailAt(map, *map.OptionalNode("by"), "a zip stands in no folder");
  }
  zip.flat = map.OptionalBool("flat").value_or(false);
  if (const auto names =
          ReadName<ZipNames>(map, map.OptionalNode("names"), "encoding of names", kZipNames, ZipNamesName)) {
    zip.gbk_names = *names == ZipNames::kGbk;
  }
  zip.max_files = map.OptionalInt("max_files").value_or(0);
  zip.max_bytes = map.OptionalInt("max_bytes").value_or(0);
  for (const char* key : {"max_files", "max_bytes"}) {
    const YamlNode* limit = map.OptionalNode(key);
    if (limit != nullptr && limit->AsInt().value_or(1) < 1) FailAt(map, *limit, "must be above 0");
  }
  zip.source = Text(map, "source");
  TRY(map.Finish());
  return zip;
}

Result<LocalizedText> ReadLocalized(const YamlNode& node) {
  YamlMap map(node);
  LocalizedText text;
  text.zh = Text(map, "zh");
  text.en = Text(map, "en");
  TRY(map.Finish());
  return text;
}

// Reads one block with its own function; the first error ends the whole, as `map` keeps it.
template <typename Value, typename Read>
void ReadBlock(YamlMap& map, const std::string& key, Value& value, Read read) {
  const YamlNode* node = map.Node(key);
  if (node == nullptr) return;
  auto result = read(*node);
  if (result) {
    value = std::move(*result);
  } else {
    map.Fail(result.error());
  }
}

Result<Standard> ReadStandard(const YamlNode& root) {
  YamlMap map(root);
  Standard standard;
  map.OptionalString("extends");  // Followed by LoadStandard.
  standard.name = map.String("name").value_or("");
  standard.version = IntWithin(map, "version", 1, std::numeric_limits<int>::max());
  ReadBlock(map, "title", standard.title, ReadLocalized);
  standard.source = Text(map, "source");
  standard.date = map.String("date").value_or("");
  if (!IsDate(standard.date))
    FailAt(map, *map.Node("date"), "expected a date like 2017, 2017-06 or 2017-06-01");
  standard.note = map.OptionalString("note").value_or("");
  ReadBlock(map, "frame", standard.frame, ReadFrame);
  // The windows are checked against the frame; without a good frame they would only add to the confusion.
  if (standard.frame.max_width_px > 0) {
    ReadBlock(map, "placement", standard.placement,
              [&](const YamlNode& node) { return ReadPlacement(node, standard.frame); });
  } else {
    map.Node("placement");
  }
  ReadBlock(map, "background", standard.background, ReadBackground);
  ReadBlock(map, "file", standard.file, ReadFileRules);
  standard.allow_upscale = map.Bool("allow_upscale").value_or(false);
  if (const auto glasses =
          ReadName<GlassesPolicy>(map, map.Node("glasses"), "glasses policy", kGlasses, GlassesName)) {
    standard.glasses = *glasses;
  }
  if (const YamlNode* naming = map.Node("naming")) {
    if (auto read = ReadNaming(*naming, standard); !read) map.Fail(read.error());
  }
  if (map.OptionalNode("zip") != nullptr) ReadBlock(map, "zip", standard.zip, ReadZip);
  if (map.OptionalNode("official_tool") != nullptr) {
    ReadBlock(map, "official_tool", standard.official_tool, ReadLocalized);
  }
  ReadBlock(map, "checks", standard.checks, ReadChecks);
  TRY(map.Finish());

  // A background that conforms must not be refused by the check of its colour.
  const CheckRule* colour = standard.Check("BACKGROUND_COLOUR");
  if (colour != nullptr && colour->reject && *colour->reject < standard.background.tolerance_delta_e) {
    return Fail(map.Node("checks")->MakeError(
        "BACKGROUND_COLOUR: reject_delta_e is below background.tolerance_delta_e"));
  }
  return standard;
}

const YamlNode* FindKey(const YamlNode& root, std::string_view key) {
  const auto map = root.AsMap();
  if (!map) return nullptr;
  const auto found = std::ranges::find(**map, key, &YamlNode::Map::value_type::first);
  return found == (*map)->end() ? nullptr : &found->second;
}

// Name, version and title must stand in the file itself, and the name must be the file's.
Result<void> CheckIdentity(const YamlNode& own, const std::string& stem) {
  for (const char* key : {"name", "version", "title"}) {
    if (FindKey(own, key) == nullptr) {
      return Fail(own.MakeError("missing key '" + std::string(key) + "'; it is never inherited"));
    }
  }
  const YamlNode& name = *FindKey(own, "name");
  if (name.AsString() != stem) {
    return Fail(name.MakeError("must equal the file's name, '" + stem + "'"));
  }
  return {};
}

// Stems of all YAML files of the directory, bases included.
std::vector<std::string> Stems(const std::filesystem::path& directory) {
  std::vector<std::string> stems;
  std::error_code error;
  std::filesystem::directory_iterator entry(directory, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    if (entry->path().extension() == ".yaml") stems.push_back(entry->path().stem().string());
  }
  std::ranges::sort(stems);
  return stems;
}

// The file that `extends` names, checked against the directories, in their order, and against the chain that
// led here.
Result<std::filesystem::path> BasePath(const YamlNode& extends,
                                       std::span<const std::filesystem::path> directories,
                                       std::span<const std::string> chain) {
  TRY_ASSIGN(const auto base, extends.AsString());
  if (std::ranges::find(chain, base) != chain.end()) {
    std::string way;
    for (const std::string& name : chain) way += name + " -> ";
    return Fail(extends.MakeError("profiles extend each other in a cycle: " + way + base));
  }
  if (chain.size() > kMaxExtends) {
    return Fail(extends.MakeError("more than " + std::to_string(kMaxExtends) + " files extend one another"));
  }
  std::vector<std::string> all;
  for (const std::filesystem::path& directory : directories) {
    const auto stems = Stems(directory);
    if (std::ranges::find(stems, base) != stems.end()) return directory / (base + ".yaml");
    all.insert(all.end(), stems.begin(), stems.end());
  }
  std::ranges::sort(all);
  const auto repeated = std::ranges::unique(all);
  all.erase(repeated.begin(), repeated.end());
  return Fail(extends.MakeError(UnknownNameMessage("standard", base, all)));
}

}  // namespace

Result<Standard> LoadStandard(const std::filesystem::path& file, const std::filesystem::path& config_dir) {
  const std::string stem = file.stem().string();
  if (stem.starts_with('_')) {
    return Fail(ErrorKind::kUsage,
                file.string() + ": not a standard; files that start with '_' are for 'extends'");
  }
  TRY_ASSIGN(const auto own, ReadYamlFile(file));
  if (!own.IsMap()) return Fail(own.MakeError("expected a map"));

  YamlNode merged = own;
  YamlNode last = own;
  std::vector<std::string> chain = {stem};
  // What a shipped profile extends is found beside it, not beside the profile of one's own.
  std::vector<std::filesystem::path> directories = {file.parent_path()};
  if (!config_dir.empty()) directories.push_back(config_dir / "standards");
  while (const YamlNode* extends = FindKey(last, "extends")) {
    TRY_ASSIGN(const auto path, BasePath(*extends, directories, chain));
    if (path.parent_path() == directories.back()) directories = {directories.back()};
    TRY_ASSIGN(auto base, ReadYamlFile(path));
    if (!base.IsMap()) return Fail(base.MakeError("expected a map"));
    merged = MergeYaml(base, merged);
    chain.push_back(path.stem().string());
    last = std::move(base);
  }
  auto standard = ReadStandard(merged);
  // Last, because a misspelled key is better told as such than as a missing name.
  if (standard) {
    TRY(CheckIdentity(own, stem));
  }
  return standard;
}

}  // namespace gradphoto::standard
