// SPDX-License-Identifier: Apache-2.0
#include "lib/standard/standard_json.h"

#include <functional>
#include <string>

#include "lib/base/sha256.h"
#include "lib/standard/codes.h"

namespace gradphoto::standard {
namespace {

Json FrameJson(const FrameSize& frame) {
  Json json;
  if (frame.IsExact()) {
    json["width_px"] = frame.max_width_px;
    json["height_px"] = frame.max_height_px;
  } else {
    json["min_px"] = {frame.min_width_px, frame.min_height_px};
    json["max_px"] = {frame.max_width_px, frame.max_height_px};
    json["aspect"] = {frame.aspect_width, frame.aspect_height};
  }
  json["dpi"] = frame.dpi;
  json["source"] = frame.source;
  return json;
}

Json RuleJson(const PlacementRule& rule) {
  Json json;
  json["measure"] = MeasureName(rule.measure);
  json["code"] = MeasureCode(rule.measure).name();
  if (!IsLength(rule.measure)) json["from"] = EdgeName(rule.from);
  json["unit"] = LengthUnitName(rule.unit);
  if (rule.has_min) json["min"] = rule.min;
  if (rule.has_max) json["max"] = rule.max;
  json["target"] = {rule.target_min, rule.target_max};
  json["severity"] = SeverityName(rule.severity);
  json["source"] = rule.source;
  return json;
}

Json BackgroundJson(const Background& background) {
  Json json;
  json["policy"] = PolicyName(background.policy);
  json["when_uncertain"] = WhenUncertainName(background.when_uncertain);
  json["tolerance_delta_e"] = background.tolerance_delta_e;
  json["any_plain"] = background.any_plain;
  json["colours"] = Json::array();
  for (const Colour& colour : background.allowed) {
    json["colours"].push_back({{"name", colour.name}, {"rgb", colour.rgb}});
  }
  json["source"] = background.source;
  return json;
}

Json FileJson(const FileRules& file) {
  Json json;
  json["min_bytes"] = file.min_bytes;
  json["max_bytes"] = file.max_bytes;
  json["target_bytes"] = {file.target_min_bytes, file.target_max_bytes};
  json["min_quality"] = file.min_quality;
  json["source"] = file.source;
  return json;
}

Json ZipJson(const ZipRules& zip) {
  Json json;
  json["by"] = zip.name_template;
  json["flat"] = zip.flat;
  json["names"] = ZipEncodingName(zip.gbk_names);
  if (zip.max_files > 0) json["max_files"] = zip.max_files;
  if (zip.max_bytes > 0) json["max_bytes"] = zip.max_bytes;
  json["source"] = zip.source;
  return json;
}

Json CheckJson(const CheckRule& rule, Code code) {
  Json json;
  const std::string unit(code.unit());
  if (rule.warn) json["warn_" + unit] = *rule.warn;
  if (rule.review) json["review_" + unit] = *rule.review;
  if (rule.reject) json["reject_" + unit] = *rule.reject;
  if (rule.severity) json["severity"] = SeverityName(*rule.severity);
  json["source"] = rule.source;
  return json;
}

}  // namespace

std::string_view EdgeName(Edge edge) {
  switch (edge) {
    case Edge::kTop:
      return "top";
    case Edge::kBottom:
      return "bottom";
    case Edge::kLeft:
      return "left";
  }
  return "";
}

std::string_view LengthUnitName(LengthUnit unit) {
  switch (unit) {
    case LengthUnit::kPixel:
      return "px";
    case LengthUnit::kPercent:
      return "percent";
    case LengthUnit::kMillimetre:
      return "mm";
  }
  return "";
}

std::string_view PolicyName(BackgroundPolicy policy) {
  switch (policy) {
    case BackgroundPolicy::kNever:
      return "never";
    case BackgroundPolicy::kIfNeeded:
      return "if-needed";
    case BackgroundPolicy::kAlways:
      return "always";
  }
  return "";
}

std::string_view WhenUncertainName(WhenUncertain way) {
  return way == WhenUncertain::kKeepOriginal ? "keep-original" : "ask-plain-wall";
}
std::string_view ZipEncodingName(bool gbk) { return gbk ? "gbk" : "utf-8"; }

std::string_view GlassesName(GlassesPolicy policy) {
  return policy == GlassesPolicy::kAllowed ? "allowed" : "forbidden";
}

Json ToJson(const Standard& standard) {
  Json json;
  json["name"] = standard.name;
  json["version"] = standard.version;
  json["title"] = {{"zh", standard.title.zh}, {"en", standard.title.en}};
  json["source"] = standard.source;
  json["date"] = standard.date;
  json["note"] = standard.note;
  json["frame"] = FrameJson(standard.frame);
  json["placement"] = Json::array();
  for (const PlacementRule& rule : standard.placement) json["placement"].push_back(RuleJson(rule));
  json["background"] = BackgroundJson(standard.background);
  json["file"] = FileJson(standard.file);
  json["allow_upscale"] = standard.allow_upscale;
  json["glasses"] = GlassesName(standard.glasses);
  json["naming"] = {{"file", standard.name_template}, {"folder", standard.folder_template}};
  if (!standard.zip.source.empty()) json["zip"] = ZipJson(standard.zip);
  if (!standard.official_tool.zh.empty()) {
    json["official_tool"] = {{"zh", standard.official_tool.zh}, {"en", standard.official_tool.en}};
  }
  json["checks"] = Json::object();
  for (const Code code : AllCodes()) {
    if (const CheckRule* rule = standard.Check(code)) {
      json["checks"][std::string(code)] = CheckJson(*rule, code);
    }
  }
  return json;
}

std::string RulesHash(const Standard& standard) {
  Json rules = ToJson(standard);
  for (const char* key : {"name", "version", "title", "date", "note", "naming", "zip", "official_tool"}) {
    rules.erase(key);
  }
  const std::function<void(Json&)> without_sources = [&](Json& json) {
    if (json.is_object()) json.erase("source");
    for (Json& item : json) {
      if (item.is_structured()) without_sources(item);
    }
  };
  without_sources(rules);
  return Sha256Hex(rules.dump());
}

}  // namespace gradphoto::standard
