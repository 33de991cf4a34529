// How long a BM25 search takes, beside a pass over all postings of the query:
//
//   querl_benchmark_retrieval_search [--documents N] [--top K] [--rounds R] [--questions FILE]
//                                    [--text FILE] [--analyzer SPEC]
//
// Without --text it makes passages of about 100 words by Zipf's law, a quarter of the words of one
// of 50,000 topics, as benchmarks/retrieval has them. With it, a line is a passage, and --questions
// has a line for each question. Both sides answer each question in turn; times are medians over the
// rounds.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

#include "retrieval/bm25/best_hits.h"
#include "retrieval/bm25/posting_list.h"
#include "retrieval/bm25/posting_score.h"
#include "retrieval/bm25/query_plan.h"
#include "retrieval/bm25/searcher.h"
#include "retrieval/bm25/segment_tables.h"
#include "retrieval/bm25/segment_writer.h"
#include "retrieval/text/analyzer.h"

using namespace querl;

namespace {

using Tokens = std::vector<std::string>;

struct Options {
  uint32_t documents = 200000;
  size_t top_k = 10;
  int rounds = 5;
  std::string text;
  std::string questions;
  std::string analyzer = "lucene-english";
};

Options options_of(int count, char** arguments) {
  Options options;
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string name = arguments[i];
    const std::string value = arguments[i + 1];
    if (name == "--documents") options.documents = static_cast<uint32_t>(std::stoul(value));
    if (name == "--top") options.top_k = std::stoul(value);
    if (name == "--rounds") options.rounds = std::stoi(value);
    if (name == "--text") options.text = value;
    if (name == "--questions") options.questions = value;
    if (name == "--analyzer") options.analyzer = value;
  }
  return options;
}

// Passages as numbers of words: one, the same in each pass.
class Corpus {
 public:
  virtual ~Corpus() = default;
  virtual void restart() = 0;
  virtual bool next(std::vector<uint32_t>& words) = 0;
  virtual std::string word(uint32_t number) const = 0;
  virtual uint32_t words() const = 0;  // after a pass
};

constexpr uint32_t kVocabulary = 2000000;
constexpr uint32_t kTopics = 50000;

double uniform(std::mt19937_64& random) { return static_cast<double>(random() >> 11) * 0x1p-53; }

// Word r comes about 1 / r as often as the first.
uint32_t zipf(std::mt19937_64& random) {
  return static_cast<uint32_t>(std::exp(std::log(kVocabulary) * uniform(random))) - 1;
}

uint32_t topic_word(uint64_t topic, uint64_t number) {
  std::mt19937_64 random(topic * 24 + number);
  return std::min(kVocabulary - 1, 500 + zipf(random));
}

class ZipfCorpus : public Corpus {
 public:
  explicit ZipfCorpus(uint32_t documents) : documents_(documents) { restart(); }

  void restart() override {
    random_.seed(1);
    next_ = 0;
  }

  bool next(std::vector<uint32_t>& words) override {
    if (next_++ == documents_) return false;
    const uint64_t topic = random_() % kTopics;
    words.clear();
    for (uint64_t length = 70 + random_() % 61; length > 0; --length) {
      words.push_back(uniform(random_) < 0.25 ? topic_words(topic)[random_() % 24] : zipf(random_));
    }
    return true;
  }

  std::string word(uint32_t number) const override {
    char text[16];
    std::snprintf(text, sizeof text, "w%07u", number);
    return text;
  }
  uint32_t words() const override { return kVocabulary; }

 private:
  const std::vector<uint32_t>& topic_words(uint64_t topic) {
    if (topics_.empty()) topics_.resize(kTopics);
    std::vector<uint32_t>& words = topics_[topic];
    for (uint64_t i = words.size(); i < 24; ++i) words.push_back(topic_word(topic, i));
    return words;
  }

  uint32_t documents_;
  uint32_t next_ = 0;
  std::mt19937_64 random_;
  std::vector<std::vector<uint32_t>> topics_;
};

class TextCorpus : public Corpus {
 public:
  TextCorpus(const std::string& path, uint32_t documents, const std::string& analyzer)
      : path_(path), documents_(documents), reader_(Analyzer::make(analyzer)) {
    restart();
  }

  void restart() override {
    file_ = std::ifstream(path_);
    next_ = 0;
  }

  bool next(std::vector<uint32_t>& words) override {
    std::string line;
    if (next_++ == documents_ || !std::getline(file_, line)) return false;
    words.clear();
    reader_.start(line);
    while (reader_.next()) {
      const auto [at, is_new] =
          numbers_.try_emplace(std::string(reader_.token()), static_cast<uint32_t>(words_.size()));
      if (is_new) words_.push_back(at->first);
      words.push_back(at->second);
    }
    return true;
  }

  std::string word(uint32_t number) const override { return words_[number]; }
  uint32_t words() const override { return static_cast<uint32_t>(words_.size()); }

 private:
  std::string path_;
  uint32_t documents_;
  uint32_t next_ = 0;
  std::ifstream file_;
  TokenReader reader_;
  std::unordered_map<std::string, uint32_t> numbers_;
  std::vector<std::string> words_;
};

// Calls take(word, count) for each word of a passage.
template <typename Take>
void each_count(std::vector<uint32_t>& words, const Take& take) {
  std::sort(words.begin(), words.end());
  for (size_t i = 0; i < words.size();) {
    size_t end = i;
    while (end < words.size() && words[end] == words[i]) ++end;
    take(words[i], static_cast<uint32_t>(end - i));
    i = end;
  }
}

std::shared_ptr<const Bm25Index> build(Corpus& corpus) {
  std::vector<uint32_t> words;
  std::vector<uint32_t> lengths;
  std::vector<uint64_t> first(size_t{kVocabulary} + 1);
  while (corpus.next(words)) {
    lengths.push_back(static_cast<uint32_t>(words.size()));
    each_count(words, [&](uint32_t word, uint32_t) {
      if (first.size() < word + 2u) first.resize(2 * word + 2u);
      ++first[word + 1];
    });
  }
  const uint32_t vocabulary = corpus.words();
  first.resize(vocabulary + 1u);
  for (uint32_t word = 0; word < vocabulary; ++word) first[word + 1] += first[word];
  std::vector<uint32_t> documents(first.back());
  std::vector<uint8_t> counts(first.back());
  std::vector<uint64_t> next(first.begin(), first.end() - 1);
  corpus.restart();
  for (uint32_t document = 0; corpus.next(words); ++document) {
    each_count(words, [&](uint32_t word, uint32_t count) {
      documents[next[word]] = document;
      counts[next[word]++] = static_cast<uint8_t>(std::min(255u, count));
    });
  }

  std::vector<std::pair<std::string, uint32_t>> order;
  for (uint32_t word = 0; word < vocabulary; ++word) {
    if (first[word] != first[word + 1]) order.emplace_back(corpus.word(word), word);
  }
  std::sort(order.begin(), order.end());
  SegmentWriter writer("", static_cast<uint32_t>(lengths.size()), 1);
  writer.begin_field(lengths);
  TermEncoder encoder(writer.lengths(), [&](const EncodedTerms& terms) { writer.add(terms); });
  for (const auto& [text, word] : order) {
    uint64_t occurrences = 0;
    for (uint64_t i = first[word]; i < first[word + 1]; ++i) {
      encoder.add(documents[i], counts[i]);
      occurrences += counts[i];
    }
    encoder.end_term(text, occurrences);
  }
  encoder.finish();
  writer.end_field();
  const std::shared_ptr<const Segment> segment = writer.finish(0);
  const FieldStatistics& statistics = segment->statistics(0);
  std::printf(
      "%u passages, %.1f words each; %.1f M postings, %.3f bytes each; %.1f M terms; %.0f MB\n",
      segment->documents(), static_cast<double>(statistics.words) / segment->documents(),
      static_cast<double>(statistics.postings) / 1e6,
      static_cast<double>(segment->postings(0).size()) / static_cast<double>(statistics.postings),
      static_cast<double>(statistics.terms) / 1e6, static_cast<double>(segment->bytes()) / 1e6);
  IndexSettings settings{"words", {{"contents", 1}}, {}};
  return std::make_shared<Bm25Index>(settings, std::vector<SegmentView>{{segment, nullptr}},
                                     segment->documents(), 1, "");
}

struct Question {
  std::vector<QueryTerm> terms;
  bool has_stop_words = false;
};

// Two to four words of a topic and four to seven by Zipf's law, of which the first 35 ranks are
// stop words: each question with them and without.
std::vector<Question> zipf_questions(const ZipfCorpus& corpus, size_t count) {
  std::mt19937_64 random(2);
  std::vector<Question> questions;
  for (size_t i = 0; i < count; ++i) {
    Question all{{}, true};
    Question some{{}, false};
    const uint64_t topic = random() % kTopics;
    for (uint64_t n = 2 + random() % 3; n > 0; --n) {
      all.terms.push_back({0, corpus.word(topic_word(topic, random() % 24)), 1});
    }
    some.terms = all.terms;
    for (uint64_t n = 4 + random() % 4; n > 0; --n) {
      const uint32_t word = zipf(random);
      all.terms.push_back({0, corpus.word(word), 1});
      if (word >= 35) some.terms.push_back(all.terms.back());
    }
    questions.push_back(all);
    questions.push_back(some);
  }
  return questions;
}

std::vector<Question> text_questions(const Options& options) {
  std::vector<Question> questions;
  std::ifstream file(options.questions);
  TokenReader reader(Analyzer::make(options.analyzer));
  for (std::string line; questions.size() < 400 && std::getline(file, line);) {
    Question question;
    for (reader.start(line); reader.next();) {
      question.terms.push_back({0, std::string(reader.token()), 1});
    }
    questions.push_back(question);
  }
  return questions;
}

// All postings of the query's terms, added up in an array of all documents.
class Exhaustive {
 public:
  explicit Exhaustive(const Bm25Index& index)
      : index_(index),
        formula_({}, index.statistics(0)),
        lengths_(formula_, index.segments()[0].segment->lengths(0)),
        scores_(index.next_ordinal()) {}

  std::vector<ScoredOrdinal> search(const std::vector<QueryTerm>& terms, size_t top_k) {
    const Segment& segment = *index_.segments()[0].segment;
    const QueryPlan plan = plan_query(index_, std::span(&formula_, 1), terms);
    postings_ = 0;
    for (const PlannedTerm& term : plan.terms) {
      const TermInfo& info = *term.segments[0];
      const PostingList list(segment.postings(0), info.first, info.bytes, info.document_frequency,
                             segment.documents());
      postings_ += info.document_frequency;
      const PostingScorer scorer = lengths_.scorer(plan.unit.gain(term.gain));
      for (uint32_t block = 0; block < list.blocks(); ++block) {
        uint32_t documents[kBlockPostings];
        uint32_t counts[kBlockPostings];
        const uint32_t size = list.decode(block, documents, counts);
        int32_t scores[kBlockPostings];
        score_kernels().score(scorer, documents, counts, size, scores);
        for (uint32_t i = 0; i < size; ++i) scores_[documents[i]] += scores[i];
      }
    }
    BestHits best(top_k);
    for (uint32_t i = 0; i < scores_.size(); ++i) {
      if (scores_[i] >= best.needed(i)) best.offer({scores_[i], i});
    }
    std::fill(scores_.begin(), scores_.end(), 0);
    return best.take();
  }

  uint64_t postings() const { return postings_; }  // of the last search

 private:
  const Bm25Index& index_;
  Bm25Formula formula_;
  LengthTables lengths_;
  std::vector<int32_t> scores_;
  uint64_t postings_ = 0;
};

double microseconds(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start)
      .count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 0 : values[values.size() / 2];
}

struct Times {
  std::vector<double> pruned;  // medians over the rounds
  std::vector<double> exhaustive;
  uint64_t postings = 0;

  void print(const char* name) const {
    double sum = 0;
    double all = 0;
    for (const double time : pruned) sum += time;
    for (const double time : exhaustive) all += time;
    const auto n = static_cast<double>(pruned.size());
    std::printf(
        "%-24s %5zu questions %9.0f postings  mean %8.1f us  median %8.1f us  %8.0f/s  "
        "exhaustive %9.1f us  %6.1f x\n",
        name, pruned.size(), static_cast<double>(postings) / n, sum / n, median(pruned),
        1e6 * n / sum, all / n, all / sum);
  }
};

}  // namespace

int main(int count, char** arguments) {
  const Options options = options_of(count, arguments);
  std::shared_ptr<const Bm25Index> index;
  std::vector<Question> questions;
  if (options.text.empty()) {
    ZipfCorpus corpus(options.documents);
    index = build(corpus);
    questions = zipf_questions(corpus, 200);
  } else {
    TextCorpus corpus(options.text, options.documents, options.analyzer);
    index = build(corpus);
    questions = text_questions(options);
  }

  Bm25Searcher searcher(index, {});
  Exhaustive exhaustive(*index);
  std::map<std::string, Times> groups;
  for (const Question& question : questions) {
    std::vector<double> pruned;
    std::vector<double> all;
    std::vector<Hit> hits;
    for (int round = 0; round < options.rounds; ++round) {
      pruned.push_back(microseconds(
          [&] { hits = searcher.search(question.terms, options.top_k, nullptr, {}); }));
    }
    std::vector<ScoredOrdinal> expected;
    all.push_back(
        microseconds([&] { expected = exhaustive.search(question.terms, options.top_k); }));
    bool same = hits.size() == expected.size();
    for (size_t i = 0; same && i < hits.size(); ++i) same = hits[i].ordinal == expected[i].ordinal;
    if (!same) {
      std::printf("the hits differ\n");
      return 1;
    }
    const std::string kind = question.has_stop_words ? "with stop words" : "without";
    for (const std::string& name :
         {std::string("all ") + kind,
          kind + ", " + std::to_string(question.terms.size()) + " words"}) {
      Times& times = groups[name];
      times.pruned.push_back(median(pruned));
      times.exhaustive.push_back(median(all));
      times.postings += exhaustive.postings();
    }
  }
  for (const auto& [name, times] : groups) times.print(name.c_str());
}
