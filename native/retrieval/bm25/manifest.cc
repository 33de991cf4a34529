#include "retrieval/bm25/manifest.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <limits>
#include <regex>
#include <set>

#include "base/errors.h"
#include "retrieval/files/atomic_file.h"
#include "retrieval/files/crc32c.h"
#include "retrieval/files/json.h"
#include "retrieval/files/line_store.h"
#include "retrieval/files/mapped_file.h"

namespace querl {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFormatName = "querl BM25 index";
constexpr uint64_t kFormat = 1;
constexpr std::array<std::string_view, 5> kVariants = {"lucene", "robertson", "atire", "bm25l",
                                                       "bm25+"};
constexpr std::array<std::string_view, 2> kLengthRules = {"exact", "lucene"};

// The first line holds the checksum of all behind it.
constexpr std::string_view kOpening = "{\"crc32c\":\"";
constexpr size_t kHeadBytes = 22;  // kOpening, eight digits, quote, comma, newline

std::string manifest_path(const std::string& folder) { return folder + "/manifest.json"; }

std::string checksum_of(std::string_view text) {
  char digits[9];
  std::snprintf(digits, sizeof(digits), "%08x", crc32c(std::as_bytes(std::span(text))));
  return digits;
}

Json to_json(const IndexSettings& settings) {
  Json::Array fields;
  for (const FieldSettings& field : settings.fields) {
    fields.push_back(Json::Object{{"name", field.name}, {"weight", field.weight}});
  }
  const Bm25Parameters& parameters = settings.parameters;
  return Json::Object{{"analyzer", settings.analyzer},
                      {"fields", std::move(fields)},
                      {"variant", variant_name(parameters.variant)},
                      {"k1", parameters.k1},
                      {"b", parameters.b},
                      {"delta", parameters.delta},
                      {"lengths", length_rule_name(parameters.lengths)}};
}

template <typename Enum, size_t N>
Enum named(const std::array<std::string_view, N>& names, const std::string& name) {
  for (size_t i = 0; i < N; ++i) {
    if (names[i] == name) return static_cast<Enum>(i);
  }
  throw JsonError("unknown name " + json_quoted(name));
}

IndexSettings settings_of(const Json& json) {
  IndexSettings settings;
  settings.analyzer = json["analyzer"].string();
  for (const Json& field : json["fields"].array()) {
    settings.fields.push_back({field["name"].string(), field["weight"].number()});
  }
  if (settings.fields.empty()) throw JsonError("an index has at least one field");
  settings.parameters.variant = named<Bm25Variant>(kVariants, json["variant"].string());
  settings.parameters.k1 = json["k1"].number();
  settings.parameters.b = json["b"].number();
  settings.parameters.delta = json["delta"].number();
  settings.parameters.lengths = named<LengthRule>(kLengthRules, json["lengths"].string());
  return settings;
}

uint32_t count32(const Json& json) {
  const uint64_t value = json.count();
  if (value > std::numeric_limits<uint32_t>::max()) throw JsonError("too large: " + json.text());
  return static_cast<uint32_t>(value);
}

Manifest manifest_of(const Json& json) {
  Manifest manifest;
  manifest.generation = json["generation"].count();
  manifest.settings = settings_of(json["settings"]);
  manifest.next_ordinal = count32(json["nextOrdinal"]);
  manifest.next_segment = json["nextSegment"].count();
  if (const Json* const kept = json.find("kept")) {
    manifest.kept = {(*kept)["generation"].count(), count32((*kept)["mark"])};
  }
  for (const Json& from : json["segments"].array()) {
    manifest.segments.push_back({from["number"].count(), count32(from["documents"]),
                                 count32(from["deleted"]), from["deletions"].count(),
                                 from["bytes"].count(), count32(from["mark"]),
                                 count32(from["deletionsMark"])});
  }
  return manifest;
}

}  // namespace

std::string_view variant_name(Bm25Variant variant) {
  return kVariants[static_cast<size_t>(variant)];
}

std::string_view length_rule_name(LengthRule rule) {
  return kLengthRules[static_cast<size_t>(rule)];
}

std::string segment_path(const std::string& folder, uint64_t number) {
  return folder + "/segment-" + std::to_string(number) + ".querl";
}

std::string deletions_path(const std::string& folder, uint64_t number, uint64_t generation) {
  return folder + "/deleted-" + std::to_string(number) + "-" + std::to_string(generation) +
         ".querl";
}

std::string documents_path(const std::string& folder, uint64_t generation) {
  return folder + "/documents-" + std::to_string(generation) + ".querl";
}

bool has_manifest(const std::string& folder) {
  std::error_code ignored;
  return fs::exists(manifest_path(folder), ignored);
}

Manifest read_manifest(const std::string& folder) {
  const std::string path = manifest_path(folder);
  if (!has_manifest(folder)) {
    std::error_code ignored;
    const char* why = !fs::exists(folder, ignored) ? "there is nothing"
                      : !fs::is_directory(folder, ignored)
                          ? "it is a file, and an index is a folder"
                          : "it has no manifest.json";
    throw Error("ERR_QUERL_IO", folder + " is not an index: " + why + ".");
  }
  const auto refuse = [&](const std::string& what) {
    throw Error("ERR_QUERL_INDEX_CORRUPT", path + " " + what);
  };
  const MappedFile file(path);
  const std::string text(reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size());
  if (const std::string loss = file.loss(); !loss.empty()) refuse("is damaged: " + loss + ".");
  const std::string rest = text.size() < kHeadBytes ? "" : text.substr(kHeadBytes);
  const std::string head = std::string(kOpening) + checksum_of(rest) + "\",\n";
  if (!text.starts_with(kOpening) && text.find(kFormatName) == std::string::npos) {
    refuse("is not that of a BM25 index.");
  }
  if (text.compare(0, kHeadBytes, head) != 0) {
    refuse("is damaged: it fails its checksum.");
  }
  try {
    const Json json = Json::parse(text);
    if (json["format"].string() != kFormatName) refuse("is not that of a BM25 index.");
    if (json["version"].count() > kFormat) {
      refuse("was written by a newer querl, which can read it: its format is " +
             json["version"].text() + ", and this one reads up to " + std::to_string(kFormat) +
             ".");
    }
    return manifest_of(json);
  } catch (const JsonError& error) {
    refuse(std::string("is damaged: ") + error.what() + ".");
    throw;
  }
}

void write_manifest(const std::string& folder, const Manifest& manifest) {
  Json::Array segments;
  for (const ManifestSegment& segment : manifest.segments) {
    const auto number = [](uint64_t value) { return Json(static_cast<double>(value)); };
    segments.push_back(Json::Object{{"number", number(segment.number)},
                                    {"documents", number(segment.documents)},
                                    {"deleted", number(segment.deleted)},
                                    {"deletions", number(segment.deletions_generation)},
                                    {"bytes", number(segment.bytes)},
                                    {"mark", number(segment.mark)},
                                    {"deletionsMark", number(segment.deletions_mark)}});
  }
  Json::Object object{{"format", kFormatName},
                      {"version", static_cast<double>(kFormat)},
                      {"generation", static_cast<double>(manifest.generation)},
                      {"settings", to_json(manifest.settings)},
                      {"nextOrdinal", static_cast<double>(manifest.next_ordinal)},
                      {"nextSegment", static_cast<double>(manifest.next_segment)},
                      {"segments", std::move(segments)}};
  if (manifest.kept.generation != 0) {
    object.emplace_back("kept",
                        Json::Object{{"generation", static_cast<double>(manifest.kept.generation)},
                                     {"mark", static_cast<double>(manifest.kept.mark)}});
  }
  const std::string rest = Json(std::move(object)).text().substr(1) + "\n";
  const std::string text = std::string(kOpening) + checksum_of(rest) + "\",\n" + rest;
  AtomicFile file(manifest_path(folder));
  file.write(std::as_bytes(std::span(text)));
  file.commit();
}

void remove_leftovers(const std::string& folder, const Manifest& manifest) {
  static const std::regex ours(
      R"((segment-\d+|deleted-\d+-\d+|documents-\d+)\.querl(\.jsonl)?(\.tmp-\d+-\d+)?|)"
      R"((manifest\.json|spool)\.tmp-\d+-\d+)");
  std::set<std::string> kept;
  if (manifest.kept.generation != 0) {
    const std::string path = documents_path(folder, manifest.kept.generation);
    kept.insert(fs::path(path).filename());
    try {
      for (const LineFile& file : read_line_files(path)) kept.insert(file.relative);
    } catch (const Error&) {
      return;  // which files it needs is not known, and nothing is so urgent
    }
  }
  for (const ManifestSegment& segment : manifest.segments) {
    kept.insert(fs::path(segment_path("", segment.number)).filename());
    kept.insert(
        fs::path(deletions_path("", segment.number, segment.deletions_generation)).filename());
  }
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename();
    if (std::regex_match(name, ours) && !kept.contains(name)) fs::remove(entry.path(), ignored);
  }
}

}  // namespace querl
