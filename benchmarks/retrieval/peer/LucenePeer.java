// Lucene called from Java, driven line by line from bm25.ts: one JSON object in, one out. Run from its
// source: java -cp <lucene's jars> LucenePeer.java

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.util.Version;

class LucenePeer {
  static final Analyzer ANALYZER = new EnglishAnalyzer();
  static IndexSearcher searcher;

  public static void main(String[] arguments) throws Exception {
    System.out.printf(
        "{\"versions\": {\"lucene\": \"%s\", \"java\": \"%s\"}}%n",
        Version.LATEST, Runtime.version().feature());
    var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line; (line = input.readLine()) != null; ) {
      Map<String, String> request = fields(line);
      System.out.println(
          switch (request.get("call")) {
            case "build" -> build(request);
            case "search" -> search(request);
            default -> "{\"error\": \"unknown call\"}";
          });
    }
  }

  // Documents are not stored, positions are not kept: what ours keeps. Two threads would need two
  // writers' buffers; one thread, and one segment at the end, which is Lucene's best case for searching.
  static String build(Map<String, String> request) throws Exception {
    var similarity = similarity(request);
    var config = new IndexWriterConfig(ANALYZER).setSimilarity(similarity).setRAMBufferSizeMB(256);
    var type = new org.apache.lucene.document.FieldType(TextField.TYPE_NOT_STORED);
    type.setIndexOptions(org.apache.lucene.index.IndexOptions.DOCS_AND_FREQS);
    Path folder = Path.of(request.get("folder"));
    long start = System.nanoTime();
    try (var directory = new MMapDirectory(folder);
        var writer = new IndexWriter(directory, config);
        var lines = Files.lines(Path.of(request.get("lines")))) {
      for (String text : (Iterable<String>) lines::iterator) {
        var document = new Document();
        document.add(new Field("contents", text, type));
        writer.addDocument(document);
      }
      writer.forceMerge(1);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    searcher = new IndexSearcher(DirectoryReader.open(new MMapDirectory(folder)));
    searcher.setSimilarity(similarity);
    long bytes = 0;
    try (var files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) bytes += Files.size(file);
    }
    return "{\"seconds\": " + seconds + ", \"bytes\": " + bytes + "}";
  }

  static BM25Similarity similarity(Map<String, String> request) {
    return new BM25Similarity(
        Float.parseFloat(request.get("k1")), Float.parseFloat(request.get("b")));
  }

  static String search(Map<String, String> request) throws Exception {
    List<String> questions = Files.readAllLines(Path.of(request.get("questions")));
    int topK = Integer.parseInt(request.get("topK"));
    var scores = new StringBuilder();
    long start = System.nanoTime();
    for (String question : questions) {
      scores.append(scores.isEmpty() ? "[" : "], [");
      ScoreDoc[] hits = searcher.search(queryOf(question), topK).scoreDocs;
      for (int i = 0; i < hits.length; i++) scores.append(i == 0 ? "" : ", ").append(hits[i].score);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return "{\"seconds\": " + seconds + ", \"scores\": [" + scores + "]]}";
  }

  // As Anserini's BagOfWordsQueryGenerator: a word that is asked twice counts twice.
  static Query queryOf(String question) throws Exception {
    var counts = new HashMap<String, Integer>();
    try (TokenStream tokens = ANALYZER.tokenStream("contents", question)) {
      var term = tokens.addAttribute(CharTermAttribute.class);
      tokens.reset();
      while (tokens.incrementToken()) counts.merge(term.toString(), 1, Integer::sum);
      tokens.end();
    }
    var query = new BooleanQuery.Builder();
    counts.forEach(
        (term, count) -> {
          Query clause = new TermQuery(new Term("contents", term));
          if (count > 1) clause = new org.apache.lucene.search.BoostQuery(clause, count);
          query.add(clause, BooleanClause.Occur.SHOULD);
        });
    return query.build();
  }

  static final Pattern FIELD = Pattern.compile("\"(\\w+)\":(?:\"([^\"]*)\"|([^,}]+))");

  // Flat objects of numbers and of strings without quotes: all that bm25.ts sends.
  static Map<String, String> fields(String json) {
    var result = new HashMap<String, String>();
    var matcher = FIELD.matcher(json);
    while (matcher.find())
      result.put(matcher.group(1), matcher.group(2) == null ? matcher.group(3) : matcher.group(2));
    return result;
  }
}
