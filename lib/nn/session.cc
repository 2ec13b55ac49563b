// SPDX-License-Identifier: Apache-2.0
// The only file that sees ONNX Runtime; its exceptions end here.
#include "lib/nn/session.h"

#include <cctype>
#include <cstdlib>
#include <optional>

#include <onnxruntime_cxx_api.h>

#include "lib/base/file.h"
#include "lib/base/sha256.h"
#include "lib/nn/late_session.h"

namespace gradphoto::nn {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxModelBytes = 512ull << 20;
constexpr std::string_view kRemedy = "; run scripts/setup in the source tree to make it again";

// ONNX Runtime's builds for Linux send usage data home unless this variable says otherwise: they leave a
// device number in the user's cache directory and try to upload. This program opens no connection, so it is set
// before the runtime's first call, whatever the user's environment says (tests/cli/cases/no-traces).
void ForbidTelemetry() { setenv("ORT_DISABLE_TELEMETRY", "1", /*overwrite=*/1); }

// One per process, as ONNX Runtime wants it; made at first use and never destroyed, because worker threads may
// outlive static destructors.
Ort::Env& Environment() {
  static Ort::Env* environment = [] {
    ForbidTelemetry();
    auto* made = new Ort::Env(ORT_LOGGING_LEVEL_ERROR, "gradphoto");
    made->DisableTelemetryEvents();
    return made;
  }();
  return *environment;
}

std::string ShapeText(const std::vector<std::string>& shape) {
  std::string text = "[";
  for (std::size_t i = 0; i < shape.size(); ++i) text += (i > 0 ? "," : "") + shape[i];
  return text + "]";
}

bool IsNumber(const std::string& dimension) {
  return !dimension.empty() && std::isdigit(static_cast<unsigned char>(dimension.front())) != 0;
}

// "name: expected [N,3,256,256], the file has [N,3,128,128]", or nothing when they agree.
std::optional<std::string> Difference(const TensorSpec& spec, const std::string& name,
                                      const Ort::TypeInfo& type_info) {
  const auto info = type_info.GetTensorTypeAndShapeInfo();
  std::vector<std::string> shape;
  bool same = spec.name == name && info.GetElementType() == ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT;
  const std::vector<std::int64_t> dimensions = info.GetShape();
  same = same && dimensions.size() == spec.shape.size();
  for (std::size_t i = 0; i < dimensions.size(); ++i) {
    shape.push_back(dimensions[i] < 0 ? "?" : std::to_string(dimensions[i]));
    if (!same) continue;
    same = IsNumber(spec.shape[i]) ? shape.back() == spec.shape[i] : dimensions[i] < 0;
  }
  if (same) return std::nullopt;
  return "expected " + spec.name + " " + ShapeText(spec.shape) + ", the file has " + name + " " +
         ShapeText(shape);
}

std::unexpected<Error> FailOf(const fs::path& model, const std::string& why) {
  return Fail(ErrorKind::kModel, "model " + model.string() + ": " + why + std::string(kRemedy));
}

// Errors: kModel - it is not the registry's.
Result<void> CompareHash(const ModelSpec& spec, const fs::path& path, const std::string& hash) {
  if (hash == spec.sha256) return {};
  return FailOf(path, "altered: its SHA-256 is " + hash + ", configs/models.yaml says " + spec.sha256);
}

Result<std::vector<std::byte>> ReadModelFile(const ModelSpec& spec, const fs::path& path) {
  auto bytes = ReadFile(path, kMaxModelBytes);
  if (!bytes) return FailOf(path, "missing or unreadable");
  TRY(CompareHash(spec, path, Sha256Hex(std::span(*bytes))));
  return *std::move(bytes);
}

}  // namespace

struct Session::Impl {
  Ort::Session session{nullptr};
  std::string input_name;
  std::vector<std::string> output_names;
};

Session::Session(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;
Session::~Session() = default;

Result<Session> Session::Open(const ModelSpec& spec, const std::filesystem::path& model_dir) {
  const std::filesystem::path path = model_dir / spec.file;
  const auto fail = [&](const std::string& why) { return FailOf(path, why); };
  try {
    Ort::SessionOptions options;
    options.SetIntraOpNumThreads(1);
    options.SetInterOpNumThreads(1);
    options.SetGraphOptimizationLevel(GraphOptimizationLevel::ORT_ENABLE_ALL);
    options.AddConfigEntry("session.intra_op.allow_spinning", "0");
    auto impl = std::make_unique<Impl>();
    TRY_ASSIGN(const auto bytes, ReadModelFile(spec, path));
    impl->session = Ort::Session(Environment(), bytes.data(), bytes.size(), options);
    Ort::AllocatorWithDefaultOptions allocator;
    const Ort::Session& session = impl->session;
    if (session.GetInputCount() != spec.inputs.size() || session.GetOutputCount() != spec.outputs.size() ||
        spec.inputs.size() != 1) {
      return fail("has " + std::to_string(session.GetInputCount()) + " inputs and " +
                  std::to_string(session.GetOutputCount()) + " outputs, other than configs/models.yaml says");
    }
    const std::string input_name = session.GetInputNameAllocated(0, allocator).get();
    if (const auto difference = Difference(spec.inputs[0], input_name, session.GetInputTypeInfo(0))) {
      return fail("input: " + *difference);
    }
    impl->input_name = input_name;
    for (std::size_t i = 0; i < spec.outputs.size(); ++i) {
      const std::string name = session.GetOutputNameAllocated(i, allocator).get();
      if (const auto difference = Difference(spec.outputs[i], name, session.GetOutputTypeInfo(i))) {
        return fail("output: " + *difference);
      }
      impl->output_names.push_back(name);
    }
    return Session(std::move(impl));
  } catch (const Ort::Exception& error) {
    return fail(std::string("cannot be loaded: ") + error.what());
  }
}

Result<std::vector<Tensor>> Session::Run(const Tensor& input) const {
  try {
    const auto memory = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
    // The runtime does not write to inputs; its interface only lacks the const.
    auto* data = const_cast<float*>(input.data.data());
    const Ort::Value value = Ort::Value::CreateTensor<float>(memory, data, input.data.size(),
                                                             input.shape.data(), input.shape.size());
    const char* input_name = impl_->input_name.c_str();
    std::vector<const char*> output_names;
    for (const std::string& name : impl_->output_names) output_names.push_back(name.c_str());
    const std::vector<Ort::Value> values = impl_->session.Run(Ort::RunOptions{nullptr}, &input_name, &value, 1,
                                                              output_names.data(), output_names.size());
    std::vector<Tensor> outputs;
    for (const Ort::Value& output : values) {
      Tensor tensor;
      tensor.shape = output.GetTensorTypeAndShapeInfo().GetShape();
      const float* begin = output.GetTensorData<float>();
      tensor.data.assign(begin, begin + output.GetTensorTypeAndShapeInfo().GetElementCount());
      outputs.push_back(std::move(tensor));
    }
    return outputs;
  } catch (const Ort::Exception& error) {
    return Fail(ErrorKind::kInternal, std::string("ONNX Runtime: ") + error.what());
  }
}

Result<Session> OpenModel(const ModelRegistry& registry, std::string_view name,
                          const std::filesystem::path& model_dir) {
  TRY_ASSIGN(const auto spec, registry.Find(name));
  return Session::Open(spec, model_dir);
}

Result<void> LateSession::CheckFile(const ModelSpec& spec, const fs::path& model_dir) {
  const fs::path path = model_dir / spec.file;
  const auto hash = Sha256File(path);
  if (!hash) return FailOf(path, "missing or unreadable");
  return CompareHash(spec, path, *hash);
}

Result<std::vector<Tensor>> LateSession::Run(const Tensor& input) const {
  std::call_once(once_, [&] { session_ = Session::Open(spec_, model_dir_); });
  if (!*session_) return std::unexpected(session_->error());
  return (*session_)->Run(input);
}

}  // namespace gradphoto::nn
