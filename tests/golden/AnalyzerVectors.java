// Records what Lucene 10.3.2 makes of tricky texts, and its Porter's stems of words, for
// packages/retrieval/src/text/analyze.test.ts. With lucene-core and lucene-analysis-common in JARS:
//
//   java -cp "$JARS" tests/golden/AnalyzerVectors.java tests/golden/analyzer-texts.json \
//     tests/golden/analyzer-words.txt > tests/golden/analyzers-lucene.json

import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.core.WhitespaceTokenizer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.en.PorterStemFilter;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

public class AnalyzerVectors {
  public static void main(String[] args) throws Exception {
    // One JSON string a line, in which all that is not plain is escaped by its UTF-16 units.
    List<String> texts = Files.readAllLines(Path.of(args[0])).stream()
        .filter(line -> line.startsWith("\"")).map(AnalyzerVectors::unquoted).toList();
    List<String> words = Files.readAllLines(Path.of(args[1]));
    List<String> rows = new ArrayList<>();
    rows.add("\"madeBy\": \"AnalyzerVectors.java, Lucene " + org.apache.lucene.util.Version.LATEST
        + ", Java " + Runtime.version().feature() + "\"");
    try (Analyzer standard = new StandardAnalyzer(); Analyzer english = new EnglishAnalyzer()) {
      rows.add("\"lucene-standard\": " + all(standard, texts));
      rows.add("\"lucene-english\": " + all(english, texts));
    }
    rows.add("\"porter\": " + list(stems(words)));
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    out.println("{\n" + String.join(",\n", rows) + "\n}");
    out.flush();
  }

  static String all(Analyzer analyzer, List<String> texts) throws Exception {
    List<String> rows = new ArrayList<>();
    for (String text : texts) rows.add(list(tokens(analyzer.tokenStream("text", text))));
    return "[\n" + String.join(",\n", rows) + "\n]";
  }

  static List<String> stems(List<String> words) throws Exception {
    WhitespaceTokenizer source = new WhitespaceTokenizer();
    source.setReader(new StringReader(String.join(" ", words)));
    return tokens(new PorterStemFilter(source));
  }

  static List<String> tokens(TokenStream stream) throws Exception {
    List<String> tokens = new ArrayList<>();
    CharTermAttribute term = stream.getAttribute(CharTermAttribute.class);
    stream.reset();
    while (stream.incrementToken()) tokens.add(term.toString());
    stream.end();
    stream.close();
    return tokens;
  }

  static String list(List<String> tokens) {
    return tokens.stream().map(AnalyzerVectors::quoted).collect(Collectors.joining(", ", "[", "]"));
  }

  static String unquoted(String line) {
    Matcher escape = Pattern.compile("\\\\u([0-9a-f]{4})").matcher(
        line.substring(1, line.lastIndexOf('"')));
    return escape.replaceAll(found -> Matcher.quoteReplacement(
        String.valueOf((char) Integer.parseInt(found.group(1), 16))));
  }

  static String quoted(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      if (c < 0x20 || c > 0x7e || c == '"' || c == '\\') out.append(String.format("\\u%04x", (int) c));
      else out.append(c);
    }
    return out.append('"').toString();
  }
}
