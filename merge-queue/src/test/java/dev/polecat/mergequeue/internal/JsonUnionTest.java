package dev.polecat.mergequeue.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class JsonUnionTest {
  @Test
  void oursComeInTheirOrderThenTheirsThatAreNew() {
    assertThat(JsonUnion.of("[\"b\",\"a\"]", "[\"c\",\"a\",\"d\"]"))
        .isEqualTo("[\"b\",\"a\",\"c\",\"d\"]");
  }

  @Test
  void duplicatesOnEitherSideAreOneElement() {
    assertThat(JsonUnion.of("[1,1,2]", "[3,3,2]")).isEqualTo("[1,2,3]");
  }

  @Test
  void nullIsTheEmptyArray() {
    assertThat(JsonUnion.of(null, "[1]")).isEqualTo("[1]");
    assertThat(JsonUnion.of("[1]", null)).isEqualTo("[1]");
    assertThat(JsonUnion.of(null, null)).isEqualTo("[]");
    assertThat(JsonUnion.of("null", "[1]")).isEqualTo("[1]");
    assertThat(JsonUnion.of("[1]", " null ")).isEqualTo("[1]");
  }

  @Test
  void aNullInAnArrayIsAnElement() {
    assertThat(JsonUnion.of("[null]", "[null,1]")).isEqualTo("[null,1]");
  }

  @Test
  void numbersAreEqualByValueHoweverWritten() {
    assertThat(JsonUnion.of("[1]", "[1.0,1.00,1e0,10e-1]")).isEqualTo("[1]");
    assertThat(JsonUnion.of("[0]", "[0.0,-0.0,0e5]")).isEqualTo("[0]");
    assertThat(JsonUnion.of("[100]", "[1e2]")).isEqualTo("[100]");
  }

  @Test
  void aNumberIsNotTheTextOfItsDigitsNorABoolean() {
    assertThat(JsonUnion.of("[1]", "[\"1\",true]")).isEqualTo("[1,\"1\",true]");
  }

  @Test
  void objectsAreEqualWhateverTheOrderOfTheirKeys() {
    assertThat(JsonUnion.of("[{\"a\":1,\"b\":[2]}]", "[{\"b\":[2.0],\"a\":1.0}]"))
        .isEqualTo("[{\"a\":1,\"b\":[2]}]");
  }

  @Test
  void nestedArraysAreEqualInOrderOnly() {
    assertThat(JsonUnion.of("[[1,2]]", "[[2,1],[1,2]]")).isEqualTo("[[1,2],[2,1]]");
  }

  @Test
  void anEmptyObjectIsNotAnEmptyArray() {
    assertThat(JsonUnion.of("[{}]", "[[]]")).isEqualTo("[{},[]]");
  }

  @Test
  void hugeNumbersKeepTheirPrecision() {
    String whole = "123456789012345678901234567890";
    String next = "123456789012345678901234567891";
    String fraction = "0.12345678901234567890123456789";
    assertThat(JsonUnion.of("[" + whole + "]", "[" + next + "," + fraction + "]"))
        .isEqualTo("[" + whole + "," + next + "," + fraction + "]");
  }

  @Test
  void numbersStayAsTheyWereWritten() {
    assertThat(JsonUnion.of("[100.0,1.50]", "[100000,7]")).isEqualTo("[100.0,1.50,100000,7]");
  }

  @Test
  void textIsComparedByItsCharactersNotByHowTheyAreEscaped() {
    assertThat(JsonUnion.of("[\"ü\"]", "[\"\\u00fc\",\"Ü\",\"\\\"\"]"))
        .isEqualTo("[\"ü\",\"Ü\",\"\\\"\"]");
  }

  @Test
  void whatIsNoJsonIsNotTakenForAnEmptyArray() {
    assertThatThrownBy(() -> JsonUnion.of("[1", "[2]")).isInstanceOf(IllegalStateException.class);
  }
}
