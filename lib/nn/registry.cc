// SPDX-License-Identifier: Apache-2.0
#include "lib/nn/registry.h"

#include <algorithm>

#include "lib/base/sha256.h"
#include "lib/base/text.h"
#include "lib/base/yaml.h"

namespace gradphoto::nn {
namespace {

Result<std::vector<TensorSpec>> ReadTensors(const YamlNode& node) {
  const auto list = node.AsList();
  if (!list) return std::unexpected(list.error());
  std::vector<TensorSpec> tensors;
  for (const YamlNode& item : **list) {
    YamlMap map(item);
    TensorSpec tensor;
    tensor.name = map.String("name").value_or("");
    if (const YamlNode* shape = map.Node("shape")) {
      const auto dimensions = shape->AsList();
      if (!dimensions) return std::unexpected(dimensions.error());
      for (const YamlNode& dimension : **dimensions) {
        auto text = dimension.AsString();
        if (!text) return std::unexpected(text.error());
        tensor.shape.push_back(*text);
      }
    }
    if (auto done = map.Finish(); !done) return std::unexpected(done.error());
    tensors.push_back(std::move(tensor));
  }
  return tensors;
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
    auto read = ReadTensors(*list);
    if (!read) return std::unexpected(read.error());
    *tensors = std::move(*read);
  }
  if (auto done = map.Finish(); !done) return std::unexpected(done.error());
  return model;
}

}  // namespace

Result<ModelRegistry> ModelRegistry::Load(const std::filesystem::path& config_dir) {
  const auto root = ReadYamlFile(config_dir / "models.yaml");
  if (!root) return std::unexpected(root.error());
  YamlMap map(*root);
  map.Int("version");
  ModelRegistry registry;
  if (const YamlNode* list = map.Node("models")) {
    const auto items = list->AsList();
    if (!items) return std::unexpected(items.error());
    for (const YamlNode& item : **items) {
      auto model = ReadModel(item);
      if (!model) return std::unexpected(model.error());
      if (registry.Find(model->name)) {
        return std::unexpected(item.MakeError("model '" + model->name + "' stands twice"));
      }
      registry.models_.push_back(std::move(*model));
    }
  }
  if (auto done = map.Finish(); !done) return std::unexpected(done.error());
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
  for (const ModelSpec& model : models_) text += model.name + " " + model.sha256 + "\n";
  return Sha256Hex(text).substr(0, 16);
}

}  // namespace gradphoto::nn
