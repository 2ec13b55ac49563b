// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <fstream>
#include <functional>
#include <opencv2/imgproc.hpp>
#include <opencv2/imgcodecs.hpp>
#include "lib/base/file.h"
#include "lib/check/sharpness.h"
#include "lib/compare/embedder.h"
#include "lib/face/find.h"
#include "lib/pipeline/engine.h"
#include "tests/support/references.h"
namespace gradphoto::compare { extern thread_local double last_norm; }
using namespace gradphoto;
int main(int argc, char** argv) {
  const std::filesystem::path london = argv[1], out = argv[2];
  auto res = pipeline::Resources::Load({});
  auto det = face::Detector::Create(res->registry, res->model_dir);
  auto lm = face::Landmarker::Create(res->registry, res->model_dir);
  auto e1 = compare::Embedder::Create(res->registry, "fr-feature", face::ChannelOrder::kBgr, res->model_dir);
  auto e2 = compare::Embedder::Create(res->registry, "mobilefacenet", face::ChannelOrder::kRgb, res->model_dir);
  std::ofstream csv(out / "images.csv"), bin(out / "t.f32", std::ios::binary), sig(out / "sig.u8", std::ios::binary);
  csv << "kind,id,variant,faces,iod,blur,norm1,norm2\n";
  using testing::CardPortrait;
  for (std::string kind : {"neutral", "smiling"}) {
    std::vector<std::filesystem::path> files;
    for (auto& f : std::filesystem::directory_iterator(london / kind)) if (f.path().extension() == ".jpg") files.push_back(f.path());
    std::sort(files.begin(), files.end());
    for (auto& file : files) {
      auto bytes = ReadFile(file, 1u << 30);
      auto photo = image::Decode(*bytes);
      auto found = face::FindUprightFaces(*det, *lm, photo->bgr, face::Orientation::kUnknown);
      auto& L = found->faces.front().landmarks;
      auto lp = L.At(468), rp = L.At(473);
      auto card = [&](int w) { return CardPortrait(photo->bgr, lp, rp, w); };
      std::vector<std::pair<std::string, std::function<cv::Mat()>>> variants = {
          {"orig", [&] { return photo->bgr; }},
          {"q40", [&] { return testing::Recompressed(photo->bgr, 40); }},
          {"half-crop", [&] { return testing::Recompressed(testing::Resized(photo->bgr(cv::Rect(130, 60, 1090, 1200)), 0.5), 85); }},
          {"358", [&] { return testing::Recompressed(card(358), 90); }},
          {"102", [&] { return testing::Recompressed(card(102), 90); }},
          {"358q40", [&] { return testing::Recompressed(card(358), 40); }},
          {"102q40", [&] { return testing::Recompressed(card(102), 40); }},
          {"358grey", [&] { return testing::Recompressed(testing::Grey(card(358)), 80); }},
          {"102grey40", [&] { return testing::Recompressed(testing::Grey(card(102)), 40); }},
          {"358blur2", [&] { return testing::Recompressed(testing::Blurred(card(358), 2), 80); }},
          {"358blur4", [&] { return testing::Recompressed(testing::Blurred(card(358), 4), 80); }},
          {"358blur6", [&] { return testing::Recompressed(testing::Blurred(card(358), 6), 80); }},
          {"358+1", [&] { return testing::Recompressed(testing::Exposed(card(358), 1), 80); }},
          {"358-1", [&] { return testing::Recompressed(testing::Exposed(card(358), -1), 80); }},
          {"358+2", [&] { return testing::Recompressed(testing::Exposed(card(358), 2), 80); }},
          {"75", [&] { return testing::Recompressed(card(75), 80); }},
          {"60", [&] { return testing::Recompressed(card(60), 80); }},
          {"45", [&] { return testing::Recompressed(card(45), 80); }},
          {"32", [&] { return testing::Recompressed(card(32), 80); }},
          {"card", [&] { return testing::PhotographedCard(card(358), 4); }},
          {"card-102", [&] { return testing::PhotographedCard(card(102), -7); }},
      };
      for (auto& [name, make] : variants) {
        cv::Mat bgr = make();
        if (kind == "neutral" && file == files.front()) cv::imwrite((out / (name + ".png")).string(), bgr);
        auto f = face::FindUprightFaces(*det, *lm, bgr, face::Orientation::kUnknown);
        std::vector<float> t(704, 0); std::vector<unsigned char> s(128*128, 0);
        double iod = 0, blur = 0, n1 = 0, n2 = 0; int n = (int)f->faces.size();
        if (n) {
          auto& l = f->faces.front().landmarks;
          iod = cv::norm(l.At(473) - l.At(468));
          cv::Mat a = compare::AlignFace(f->bgr, l);
          auto t1 = e1->Embed(a); n1 = compare::last_norm;
          auto t2 = e2->Embed(a); n2 = compare::last_norm;
          std::copy(t1->begin(), t1->end(), t.begin()); std::copy(t2->begin(), t2->end(), t.begin() + 512);
          blur = check::BlurSigma(a).value_or(-1);
          cv::Mat g; cv::cvtColor(a, g, cv::COLOR_BGR2GRAY); cv::Mat big; cv::resize(g, big, {128,128}); std::copy(big.begin<unsigned char>(), big.end<unsigned char>(), s.begin());
        }
        csv << kind << ',' << file.stem().string() << ',' << name << ',' << n << ',' << iod << ',' << blur << ',' << n1 << ',' << n2 << '\n';
        bin.write((char*)t.data(), 704 * 4); sig.write((char*)s.data(), (long)s.size());
      }
    }
  }
}
