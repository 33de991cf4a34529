// JSON: what RFC 8259 allows is read, what it forbids is refused, and texts are canonical.
#include <doctest/doctest.h>

#include <string>

#include "retrieval/files/json.h"

using namespace querl;

TEST_CASE("retrieval: JSON that was read is written without spaces and in its order") {
  const std::string text =
      R"( { "b" : [ 1, -0.5, 1e3, true, false, null ] , "a":{"c":"x\u00e9\n\"\ud83d\ude00"} } )";
  CHECK(Json::parse(text).text() ==
        "{\"b\":[1,-0.5,1000,true,false,null],\"a\":{\"c\":\"x\xc3\xa9\\n\\\"\xf0\x9f\x98\x80\"}}");
  CHECK(Json::parse("0.1").number() == 0.1);
  CHECK(Json::parse("9007199254740992").count() == uint64_t{1} << 53);
}

TEST_CASE("retrieval: what is no JSON is refused, with its place") {
  for (const char* text : {"",
                           " ",
                           "{",
                           "[1,]",
                           "{\"a\"}",
                           "{\"a\":1,}",
                           "{a:1}",
                           "01",
                           "1.",
                           ".5",
                           "+1",
                           "1e",
                           "nul",
                           "\"",
                           "\"\\x\"",
                           "\"\\ud800\"",
                           "\"\\udc00\"",
                           "\"\\u12g4\"",
                           "\"\x01\"",
                           "\"\xff\"",
                           "\"\xc0\x80\"",
                           "\"\xed\xa0\x80\"",
                           "\"\xf4\x90\x80\x80\"",
                           "1 2",
                           "[1] x",
                           "1e999",
                           "{\"a\":1,\"a\":2}",
                           "'a'",
                           "NaN",
                           "[1\0]"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(Json::parse(text), JsonError);
  }
  CHECK_THROWS_AS(Json::parse(std::string(10000, '[')), JsonError);
  CHECK_THROWS_WITH(Json::parse("[1, x]"), "JSON, byte 4: expected a value");
}

TEST_CASE("retrieval: a JSON value of another kind than expected is named") {
  const Json json = Json::parse("{\"a\":-1,\"b\":\"x\"}");
  CHECK_THROWS_WITH(json["a"].count(), "expected a whole number, but got -1");
  CHECK_THROWS_WITH(json["b"].number(), "expected a number, but got \"x\"");
  CHECK_THROWS_WITH(json["c"], "expected \"c\" in {\"a\":-1,\"b\":\"x\"}");
  CHECK(json.find("c") == nullptr);
}
