package dev.polecat.mergequeue.internal.resolve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class JsonSetsTest {
  @Test
  void oursComeInTheirOrderThenTheirsThatAreNew() {
    assertThat(JsonSets.union("[\"b\",\"a\"]", "[\"c\",\"a\",\"d\"]"))
        .isEqualTo("[\"b\",\"a\",\"c\",\"d\"]");
  }

  @Test
  void duplicatesOnEitherSideAreOneElement() {
    assertThat(JsonSets.union("[1,1,2]", "[3,3,2]")).isEqualTo("[1,2,3]");
  }

  @Test
  void nullIsTheEmptyArray() {
    assertThat(JsonSets.union(null, "[1]")).isEqualTo("[1]");
    assertThat(JsonSets.union("[1]", null)).isEqualTo("[1]");
    assertThat(JsonSets.union(null, null)).isEqualTo("[]");
    assertThat(JsonSets.union("null", "[1]")).isEqualTo("[1]");
    assertThat(JsonSets.union("[1]", " null ")).isEqualTo("[1]");
  }

  @Test
  void aNullInAnArrayIsAnElement() {
    assertThat(JsonSets.union("[null]", "[null,1]")).isEqualTo("[null,1]");
  }

  @Test
  void numbersAreEqualByValueHoweverWritten() {
    assertThat(JsonSets.union("[1]", "[1.0,1.00,1e0,10e-1]")).isEqualTo("[1]");
    assertThat(JsonSets.union("[0]", "[0.0,-0.0,0e5]")).isEqualTo("[0]");
    assertThat(JsonSets.union("[100]", "[1e2]")).isEqualTo("[100]");
  }

  @Test
  void aNumberIsNotTheTextOfItsDigitsNorABoolean() {
    assertThat(JsonSets.union("[1]", "[\"1\",true]")).isEqualTo("[1,\"1\",true]");
  }

  @Test
  void objectsAreEqualWhateverTheOrderOfTheirKeys() {
    assertThat(JsonSets.union("[{\"a\":1,\"b\":[2]}]", "[{\"b\":[2.0],\"a\":1.0}]"))
        .isEqualTo("[{\"a\":1,\"b\":[2]}]");
  }

  @Test
  void nestedArraysAreEqualInOrderOnly() {
    assertThat(JsonSets.union("[[1,2]]", "[[2,1],[1,2]]")).isEqualTo("[[1,2],[2,1]]");
  }

  @Test
  void anEmptyObjectIsNotAnEmptyArray() {
    assertThat(JsonSets.union("[{}]", "[[]]")).isEqualTo("[{},[]]");
  }

  @Test
  void hugeNumbersKeepTheirPrecision() {
    String whole = "123456789012345678901234567890";
    String next = "123456789012345678901234567891";
    String fraction = "0.12345678901234567890123456789";
    assertThat(JsonSets.union("[" + whole + "]", "[" + next + "," + fraction + "]"))
        .isEqualTo("[" + whole + "," + next + "," + fraction + "]");
  }

  @Test
  void numbersStayAsTheyWereWritten() {
    assertThat(JsonSets.union("[100.0,1.50]", "[100000,7]")).isEqualTo("[100.0,1.50,100000,7]");
  }

  @Test
  void textIsComparedByItsCharactersNotByHowTheyAreEscaped() {
    assertThat(JsonSets.union("[\"ü\"]", "[\"\\u00fc\",\"Ü\",\"\\\"\"]"))
        .isEqualTo("[\"ü\",\"Ü\",\"\\\"\"]");
  }

  @Test
  void whatIsNoJsonIsNotTakenForAnEmptyArray() {
    assertThatThrownBy(() -> JsonSets.union("[1", "[2]")).isInstanceOf(IllegalStateException.class);
  }
}
