// SPDX-License-Identifier: Apache-2.0
#include "lib/nn/registry.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <utility>

#include "lib/base/sha256.h"
#include "lib/base/text.h"
#include "lib/base/yaml.h"

namespace gradphoto::nn {
namespace {

Result<std::vector<TensorSpec>> ReadTensors(const YamlNode& node) {
  TRY_ASSIGN(const auto list, node.AsList());
  std::vector<TensorSpec> tensors;
  for (const YamlNode& item : *list) {
    YamlMap map(item);
    TensorSpec tensor;
    tensor.name = map.String("name").value_or("");
    if (const YamlNode* shape = map.Node("shape")) {
      TRY_ASSIGN(const auto dimensions, shape->AsList());
      for (const YamlNode& dimension : *dimensions) {
        TRY_ASSIGN(auto text, dimension.AsString());
        tensor.shape.push_back(text);
      }
    }
    TRY(map.Finish());
    tensors.push_back(std::move(tensor));
  }
  return tensors;
}

template <typename Value>
Value ReadChoice(YamlMap& map, const std::string& key,
                 std::initializer_list<std::pair<const char*, Value>> choices) {
  const YamlNode* node = map.Node(key);
  if (node == nullptr) return {};
  const auto text = node->AsString();
  if (!text) {
    map.Fail(text.error());
    return {};
  }
  std::vector<std::string> names;
  for (const auto& [name, value] : choices) {
    if (*text == name) return value;
    names.emplace_back(name);
  }
  map.Fail(node->MakeError(UnknownNameMessage(key, *text, names)));
  return {};
}

template <std::size_t kCount>
std::array<double, kCount> ReadNumbers(YamlMap& map, const std::string& key) {
  std::array<double, kCount> numbers{};
  const YamlNode* node = map.Node(key);
  if (node == nullptr) return numbers;
  const auto list = node->AsList();
  if (!list || (*list)->size() != kCount) {
    map.Fail(node->MakeError("expected a list of " + std::to_string(kCount) + " numbers"));
    return numbers;
  }
  for (std::size_t i = 0; i < kCount; ++i) {
    const auto number = (**list)[i].AsDouble();
    if (!number) {
      map.Fail(number.error());
      return numbers;
    }
    numbers[i] = *number;
  }
  return numbers;
}

Result<MattingSpec> ReadMatting(const YamlNode& node) {
  using enum MattingSpec::Activation;
  constexpr double kMaxSide = 4096;
  YamlMap map(node);
  MattingSpec spec;
  const auto size = ReadNumbers<2>(map, "size_px");
  if (std::ranges::any_of(
          size, [](double side) { return side < 1 || side > kMaxSide || side != std::floor(side); })) {
    map.Fail(node.MakeError("size_px: width and height must be whole numbers from 1 to 4096"));
  } else {
    spec.width_px = static_cast<int>(size[0]);
    spec.height_px = static_cast<int>(size[1]);
  }
  using Fit = MattingSpec::Fit;
  using Layout = MattingSpec::Layout;
  using Channels = MattingSpec::Channels;
  using Activation = MattingSpec::Activation;
  spec.fit = ReadChoice<Fit>(map, "fit", {{"stretch", Fit::kStretch}, {"pad", Fit::kPad}});
  spec.layout = ReadChoice<Layout>(map, "layout", {{"nchw", Layout::kNchw}, {"nhwc", Layout::kNhwc}});
  spec.channels = ReadChoice<Channels>(map, "channels", {{"rgb", Channels::kRgb}, {"bgr", Channels::kBgr}});
  spec.mean = ReadNumbers<3>(map, "mean");
  spec.divisor = ReadNumbers<3>(map, "divisor");
  if (std::ranges::any_of(spec.divisor, [](double d) { return d == 0; })) {
    map.Fail(node.MakeError("divisor: must not be 0"));
  }
  spec.output = map.String("output").value_or("");
  spec.channel = map.Int("channel").value_or(0);
  if (spec.channel < 0) map.Fail(node.MakeError("channel: must not be below 0"));
  spec.activation = ReadChoice<Activation>(
      map, "activation", {{"none", kNone}, {"sigmoid", kSigmoid}, {"softmax", kSoftmax}, {"min-max", kMinMax}});
  TRY(map.Finish());
  return spec;
}

// The declaration against the shapes: what the session compares with the file later.
std::optional<std::string> MattingProblem(const ModelSpec& model) {
  const MattingSpec& spec = *model.matting;
  const auto fits = [](const std::string& dimension, int wanted) {
    return dimension.find_first_not_of("0123456789") != std::string::npos ||
           dimension == std::to_string(wanted);
  };
  if (model.inputs.size() != 1 || model.inputs[0].shape.size() != 4)
    return "needs one input of four dimensions";
  const auto& shape = model.inputs[0].shape;
  const bool first = spec.layout == MattingSpec::Layout::kNchw;
  if (!fits(shape[first ? 1 : 3], 3) || !fits(shape[first ? 2 : 1], spec.height_px) ||
      !fits(shape[first ? 3 : 2], spec.width_px)) {
    return "size_px or layout do not go with the input's shape";
  }
  if (std::ranges::find(model.outputs, spec.output, &TensorSpec::name) == model.outputs.end()) {
    return "no output is called '" + spec.output + "'";
  }
  return std::nullopt;
}

Result<ListSpec> ReadList(const YamlNode& node) {
  YamlMap map(node);
  ListSpec list;
  list.file = map.String("file").value_or("");
  map.String("source_file");
  list.sha256 = map.String("sha256").value_or("");
  TRY(map.Finish());
  return list;
}

Result<ModelSpec> ReadModel(const YamlNode& node) {
  YamlMap map(node);
  ModelSpec model;
  model.name = map.String("name").value_or("");
  model.file = map.String("file").value_or("");
  model.task = map.String("task").value_or("");
  model.source = map.String("source_package").value_or("") + "@" + map.String("source_version").value_or("") +
                 ": " + map.String("source_file").value_or("");
  model.licence = map.String("licence").value_or("");
  map.String("upstream");
  map.String("preprocess");
  map.OptionalString("notes");
  model.sha256 = map.String("sha256").value_or("");
  for (auto [key, tensors] : {std::pair{"inputs", &model.inputs}, std::pair{"outputs", &model.outputs}}) {
    const YamlNode* list = map.Node(key);
    if (list == nullptr) continue;
    TRY_ASSIGN(auto read, ReadTensors(*list));
    *tensors = std::move(read);
  }
  if (const YamlNode* matting = map.OptionalNode("matting")) {
    TRY_ASSIGN(auto spec, ReadMatting(*matting));
    model.matting = std::move(spec);
    if (const auto problem = MattingProblem(model)) return Fail(matting->MakeError(*problem));
  }
  if (const YamlNode* characters = map.OptionalNode("characters")) {
    TRY_ASSIGN(auto list, ReadList(*characters));
    model.characters = std::move(list);
  }
  TRY(map.Finish());
  return model;
}

}  // namespace

Result<ModelRegistry> ModelRegistry::Load(const std::filesystem::path& config_dir) {
  TRY_ASSIGN(const auto root, ReadYamlFile(config_dir / "models.yaml"));
  YamlMap map(root);
  map.Int("version");
  ModelRegistry registry;
  if (const YamlNode* list = map.Node("models")) {
    TRY_ASSIGN(const auto items, list->AsList());
    for (const YamlNode& item : *items) {
      TRY_ASSIGN(auto model, ReadModel(item));
      if (registry.Find(model.name)) {
        return Fail(item.MakeError("model '" + model.name + "' stands twice"));
      }
      registry.models_.push_back(std::move(model));
    }
  }
  if (const YamlNode* second = map.OptionalNode("second_matte"); second != nullptr && !second->IsNull()) {
    TRY_ASSIGN(const auto name, second->AsString());
    std::vector<std::string> nets;
    for (const ModelSpec& model : registry.models_) {
      if (model.matting) nets.push_back(model.name);
    }
    if (std::ranges::find(nets, name) == nets.end()) {
      return Fail(second->MakeError(UnknownNameMessage("matting net", name, nets)));
    }
    registry.second_matte_ = name;
  }
  TRY(map.Finish());
  return registry;
}

Result<ModelSpec> ModelRegistry::Find(std::string_view name) const {
  const auto found = std::ranges::find(models_, name, &ModelSpec::name);
  if (found != models_.end()) return *found;
  std::vector<std::string> names;
  for (const ModelSpec& model : models_) names.push_back(model.name);
  return Fail(ErrorKind::kUsage, "configs/models.yaml: " + UnknownNameMessage("model", name, names));
}

std::string ModelRegistry::Fingerprint() const {
  std::string text;
  for (const ModelSpec& model : models_) {
    text += model.name + " " + model.sha256 + "\n";
    if (model.characters) text += model.characters->sha256 + "\n";
  }
  if (!second_matte_.empty()) text += "second_matte " + second_matte_ + "\n";
  return Sha256Hex(text).substr(0, 16);
}

}  // namespace gradphoto::nn
