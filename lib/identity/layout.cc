// SPDX-License-Identifier: Apache-2.0
#include "lib/identity/layout.h"

#include <array>
#include <cstdio>
#include <string>

#include "lib/base/yaml.h"

namespace gradphoto::identity {
namespace {

constexpr std::array<const char*, kFields> kFieldNames = {"name", "sex", "birth_date", "number", "validity"};

bool IsOnCard(double x, double y) { return x >= 0 && x <= kCardWidthMm && y >= 0 && y <= kCardHeightMm; }

Result<LabelPlace> ReadLabel(const YamlNode& node) {
  YamlMap map(node);
  LabelPlace place;
  place.x = map.Double("x").value_or(0);
  place.y = map.Double("y").value_or(0);
  place.pitch = map.Double("pitch").value_or(0);
  TRY(map.Finish());
  if (!IsOnCard(place.x, place.y) || place.pitch < 0 || place.pitch > kCardWidthMm) {
    return Fail(node.MakeError("a place that is not on the card (85.6 x 54 mm)"));
  }
  return place;
}

Result<ValuePlace> ReadValue(const YamlNode& node) {
  YamlMap map(node);
  ValuePlace place;
  place.left = map.Double("left").value_or(0);
  place.right = map.Double("right").value_or(0);
  place.row = map.Double("row").value_or(0);
  TRY(map.Finish());
  if (!IsOnCard(place.left, place.row) || !IsOnCard(place.right, place.row) || place.left >= place.right) {
    return Fail(node.MakeError("a place that is not on the card (85.6 x 54 mm)"));
  }
  return place;
}

// "12.6": at most two decimals, none that say nothing.
std::string Mm(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", value);
  std::string shown(text);
  while (shown.ends_with('0')) shown.pop_back();
  if (shown.ends_with('.')) shown.pop_back();
  return shown;
}

std::string Flow(const LabelPlace& place) {
  return "{x: " + Mm(place.x) + ", y: " + Mm(place.y) + ", pitch: " + Mm(place.pitch) + "}\n";
}

}  // namespace

std::string_view FieldName(FieldKind field) { return kFieldNames[static_cast<std::size_t>(field)]; }

std::string_view SideName(SideKind side) { return side == SideKind::kFront ? "front" : "back"; }

Result<Layout> ReadLayout(const std::filesystem::path& file) {
  TRY_ASSIGN(const auto root, ReadYamlFile(file));
  Layout layout;
  YamlMap map(root);
  if (const YamlNode* labels = map.Node("labels")) {
    YamlMap words(*labels);
    for (std::size_t i = 0; i < kLabelWords.size(); ++i) {
      const YamlNode* node = words.Node(std::string(kLabelWords[i].utf8));
      if (node == nullptr) continue;
      TRY_ASSIGN(layout.labels[i], ReadLabel(*node));
    }
    TRY(words.Finish());
  }
  if (const YamlNode* digits = map.Node("digits")) {
    TRY_ASSIGN(layout.digits, ReadLabel(*digits));
  }
  if (const YamlNode* values = map.Node("values")) {
    YamlMap fields(*values);
    for (std::size_t i = 0; i < kFields; ++i) {
      const YamlNode* node = fields.Node(kFieldNames[i]);
      if (node == nullptr) continue;
      TRY_ASSIGN(layout.values[i], ReadValue(*node));
    }
    TRY(fields.Finish());
  }
  TRY(map.Finish());
  return layout;
}

Result<Layout> ShippedLayout(const std::filesystem::path& config_dir) {
  return ReadLayout(config_dir / "card.yaml");
}

std::string LayoutYaml(const Layout& layout, std::string_view note) {
  std::string text = "# ";
  text.append(note).append("\nlabels:\n");
  for (std::size_t i = 0; i < kLabelWords.size(); ++i) {
    text.append("  ").append(kLabelWords[i].utf8).append(": ").append(Flow(layout.labels[i]));
  }
  text.append("digits: ").append(Flow(layout.digits)).append("values:\n");
  for (std::size_t i = 0; i < kFields; ++i) {
    const ValuePlace& place = layout.values[i];
    text.append("  ").append(kFieldNames[i]).append(": {left: ").append(Mm(place.left));
    text.append(", right: ").append(Mm(place.right)).append(", row: ").append(Mm(place.row)).append("}\n");
  }
  return text;
}

}  // namespace gradphoto::identity
