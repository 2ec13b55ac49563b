// SPDX-License-Identifier: Apache-2.0
#include "lib/image/text.h"

#include <algorithm>
#include <memory>

#include <pango/pangocairo.h>

namespace gradphoto::image {
namespace {

struct Deleter {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
  void operator()(cairo_t* context) const { cairo_destroy(context); }
  void operator()(PangoLayout* layout) const { g_object_unref(layout); }
  void operator()(PangoFontDescription* font) const { pango_font_description_free(font); }
};
template <typename T>
using Owned = std::unique_ptr<T, Deleter>;

// Coverage of a text, drawn on a surface of `size`.
class Layout {
 public:
  Layout(const std::string& utf8, const TextStyle& style, int max_width_px, cv::Size size = {1, 1})
      : surface_(cairo_image_surface_create(CAIRO_FORMAT_A8, size.width, size.height)),
        context_(cairo_create(surface_.get())),
        layout_(pango_cairo_create_layout(context_.get())) {
    const Owned<PangoFontDescription> font(pango_font_description_new());
    pango_font_description_set_family(font.get(), "sans-serif");
    pango_font_description_set_weight(font.get(), style.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_font_description_set_absolute_size(font.get(), style.size_px * PANGO_SCALE);
    pango_layout_set_font_description(layout_.get(), font.get());
    if (max_width_px > 0) {
      pango_layout_set_width(layout_.get(), max_width_px * PANGO_SCALE);
      pango_layout_set_wrap(layout_.get(), PANGO_WRAP_WORD_CHAR);
    }
    pango_layout_set_text(layout_.get(), utf8.data(), static_cast<int>(utf8.size()));
  }

  cv::Size Size() const {
    cv::Size size;
    pango_layout_get_pixel_size(layout_.get(), &size.width, &size.height);
    return size;
  }

  int UnknownGlyphs() const { return pango_layout_get_unknown_glyphs_count(layout_.get()); }

  // Valid as long as the layout.
  cv::Mat Coverage() {
    pango_cairo_show_layout(context_.get(), layout_.get());
    cairo_surface_flush(surface_.get());
    return {cairo_image_surface_get_height(surface_.get()), cairo_image_surface_get_width(surface_.get()),
            CV_8U, cairo_image_surface_get_data(surface_.get()),
            static_cast<std::size_t>(cairo_image_surface_get_stride(surface_.get()))};
  }

 private:
  Owned<cairo_surface_t> surface_;
  Owned<cairo_t> context_;
  Owned<PangoLayout> layout_;
};

}  // namespace

cv::Size TextSize(const std::string& utf8, const TextStyle& style, int max_width_px) {
  return Layout(utf8, style, max_width_px).Size();
}

cv::Size DrawText(cv::Mat& canvas, const std::string& utf8, cv::Point top_left, const TextStyle& style,
                  int max_width_px) {
  const cv::Size size = TextSize(utf8, style, max_width_px);
  const cv::Rect inside = cv::Rect(top_left, size) & cv::Rect(0, 0, canvas.cols, canvas.rows);
  if (inside.empty()) return size;
  Layout layout(utf8, style, max_width_px, size);
  const cv::Mat coverage = layout.Coverage();
  for (int y = inside.y; y < inside.y + inside.height; ++y) {
    for (int x = inside.x; x < inside.x + inside.width; ++x) {
      const double share = coverage.at<unsigned char>(y - top_left.y, x - top_left.x) / 255.0;
      cv::Vec3b& pixel = canvas.at<cv::Vec3b>(y, x);
      for (int c = 0; c < 3; ++c) {
        pixel[c] = cv::saturate_cast<unsigned char>(pixel[c] + share * (style.bgr[c] - pixel[c]));
      }
    }
  }
  return size;
}

bool HasGlyphsFor(const std::string& utf8) { return Layout(utf8, {}, 0).UnknownGlyphs() == 0; }

}  // namespace gradphoto::image
