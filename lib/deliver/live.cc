// SPDX-License-Identifier: Apache-2.0
#include "lib/deliver/live.h"

#include <algorithm>
#include <map>
#include <utility>

#include "lib/base/version.h"
#include "lib/deliver/assets.h"
#include "lib/deliver/html.h"
#include "lib/deliver/lists.h"

namespace gradphoto::deliver {
namespace {

using standard::Texts;

Json ShownOf(const LivePhoto& photo) {
  Json json = {
      {"told", ToldName(photo.told)}, {"word", photo.word},   {"name", photo.name}, {"id", photo.id},
      {"group", photo.group},         {"photo", photo.photo}, {"time", photo.time}, {"picture", photo.picture}};
  json["findings"] = Json::array();
  for (const LiveFinding& finding : photo.findings) {
    json["findings"].push_back(
        {{"title", finding.title}, {"value", finding.value}, {"advice", finding.advice}});
  }
  return json;
}

// Text of the page, by the place it has there: <p id="waiting">…</p>.
std::string LiveElement(std::string_view tag, std::string_view id, std::string_view text,
                        std::string_view more = "") {
  return "<" + std::string(tag) + " id=\"" + std::string(id) + "\"" + std::string(more) + ">" +
         EscapeHtml(text) + "</" + std::string(tag) + ">";
}

}  // namespace

LivePhoto LivePhotoOf(const Record& record, const standard::Reasons& reasons, standard::Language language,
                      const Redactor& redactor) {
  const Texts& texts = reasons.texts(language);
  const Notice notice = NoticeOf(record, reasons, language, redactor);
  LivePhoto shown{.told = notice.told,
                  .word = notice.word,
                  .name = StudentName(record, redactor),
                  .id = KnownNumber(record, redactor),
                  .group = redactor.Text(GroupOf(record), &record),
                  .photo = redactor.Text(record.photo, &record),
                  .findings = {},
                  .time = {},
                  .picture = {}};
  if (shown.name.empty()) shown.name = texts.Get("report.no_name");
  for (const Finding* finding : WorstFirst(record)) {
    if (finding->severity < Severity::kReview || shown.findings.size() == kLiveFindings) continue;
    shown.findings.push_back({.title = TitleOf(*finding, reasons, language),
                              .value = IsSimilarity(*finding) ? "" : standard::FormatValue(*finding, texts),
                              .advice = AdviceOf(*finding, notice.told, reasons, language)});
  }
  return shown;
}

std::string AnswerLine(const LivePhoto& photo, const Texts& texts) {
  std::string to_do;
  for (const LiveFinding& finding : photo.findings) {
    to_do += texts.Format("live.to_do", finding.title, finding.advice);
  }
  if (to_do.empty()) {
    to_do = photo.told == Told::kAccepted || photo.told == Told::kLocked ? texts.Get("live.nothing_to_do") : "";
  }
  std::string line = texts.Format("live.answer", photo.name, photo.word, to_do);
  std::ranges::replace(line, '\n', ' ');
  return line + "\n";
}

void CountClasses(std::span<const Record* const> records, const Record* last, const Redactor& redactor,
                  LiveState& state) {
  std::map<std::string_view, LiveClass> classes;
  const std::string_view of = last == nullptr ? std::string_view() : GroupOf(*last);
  for (const Record* record : records) {
    if (!record->student) continue;
    LiveClass& counts = classes[GroupOf(*record)];
    ++counts.all;
    if (record->outcome == Outcome::kAccepted) ++counts.accepted;
    if (record->outcome != Outcome::kMissing) continue;
    ++counts.missing;
    if (last != nullptr && last->student && GroupOf(*record) == of) {
      state.missing.push_back(StudentName(*record, redactor));
    }
  }
  state.missing_of = redactor.Text(of, nullptr);
  for (auto& [name, counts] : classes) {
    counts.name = redactor.Text(name, nullptr);
    // The class that is being photographed stands first.
    state.classes.insert(last != nullptr && name == of ? state.classes.begin() : state.classes.end(), counts);
  }
}

std::string LiveScript(const LiveState& state) {
  Json json = {{"number", state.number},
               {"ended", state.ended},
               {"trouble", state.in_trouble},
               {"missingOf", state.missing_of},
               {"missing", state.missing}};
  json["photos"] = Json::array();
  for (const LivePhoto& photo : state.photos) json["photos"].push_back(ShownOf(photo));
  json["classes"] = Json::array();
  for (const LiveClass& counts : state.classes) {
    json["classes"].push_back(Json::array({counts.name, counts.accepted, counts.missing, counts.all}));
  }
  return "gradphotoState(" + json.dump(-1, ' ', false, Json::error_handler_t::replace) + ");\n";
}

std::string LivePage(const Texts& texts, std::string_view title) {
  const std::string heading =
      (title.empty() ? std::string() : std::string(title) + " · ") + std::string(texts.Get("live.title"));
  std::string page = PageHead(texts, heading, Version(), kLiveStyle, " 'self' file:");
  page += "</head>\n<body>\n<header>" + LiveElement("h1", "title", heading) +
          LiveElement("p", "status", "", " role=\"status\"");
  page += LiveElement("p", "trouble", texts.Get("live.trouble"), " hidden") +
          LiveElement("p", "ended", texts.Get("live.ended"), " hidden") + "</header>\n";
  page += "<main>\n<section id=\"last\" class=\"waiting\" aria-live=\"polite\"><div id=\"verdict\">" +
          LiveElement("b", "word", texts.Get("live.waiting")) + LiveElement("span", "name", "") + "</div>";
  page += "<div id=\"who\">" + LiveElement("span", "id", "") + LiveElement("span", "group", "") +
          LiveElement("span", "photo", "") + LiveElement("time", "time", "") + "</div>";
  page += "<img id=\"picture\" alt=\"\" hidden><ol id=\"findings\"></ol>" +
          LiveElement("p", "good", texts.Get("live.nothing_to_do"), " hidden") + "</section>\n";
  page += "<section id=\"recent\" hidden>" + LiveElement("h2", "recent-title", texts.Get("live.recent")) +
          "<ol id=\"row\"></ol></section>\n";
  page += "<section id=\"left\" hidden>" + LiveElement("h2", "left-title", texts.Get("live.missing")) +
          LiveElement("b", "left-class", "") + "<ul id=\"names\"></ul></section>\n";
  page += "<section id=\"classes\" hidden><table><thead><tr>";
  for (const std::string_view head : {texts.Get("report.group"), texts.Get("report.group_accepted"),
                                      texts.Get("live.not_yet"), texts.Get("report.group_total")}) {
    page += "<th>" + EscapeHtml(head) + "</th>";
  }
  page += "</tr></thead><tbody id=\"counts\"></tbody></table></section>\n</main>\n<footer>" +
          EscapeHtml(texts.Get("report.masked")) + "</footer>\n<script>";
  page += kLiveScript;
  return page + "</script>\n</body>\n</html>\n";
}

}  // namespace gradphoto::deliver
