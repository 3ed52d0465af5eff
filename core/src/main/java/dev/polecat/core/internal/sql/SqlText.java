package dev.polecat.core.internal.sql;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What can be told from a statement's text without parsing SQL: its first word, and whether it
 * would leave the branch of its connection. String literals and comments are looked through.
 *
 * @param firstWord upper case; empty if the statement starts with anything but a word
 * @param endsTransaction whether this is COMMIT or ROLLBACK, but not to a savepoint
 * @param commitsImplicitly whether Dolt commits the open transaction on account of it, as MySQL
 *     does
 * @param writesInCte whether it starts like a read, but updates or deletes
 * @param leavesBranch why the statement is refused on a branch's connection, or empty
 */
public record SqlText(
    String firstWord,
    boolean endsTransaction,
    boolean commitsImplicitly,
    boolean writesInCte,
    String leavesBranch) {
  private static final Set<String> READS =
      Set.of("SELECT", "WITH", "SHOW", "DESCRIBE", "DESC", "EXPLAIN", "TABLE", "VALUES");
  private static final Set<String> PLAIN_WRITES =
      Set.of(
          "INSERT",
          "UPDATE",
          "DELETE",
          "REPLACE",
          "CREATE",
          "ALTER",
          "DROP",
          "TRUNCATE",
          "LOAD",
          "RENAME",
          "BEGIN",
          "START",
          "COMMIT",
          "ROLLBACK",
          "SAVEPOINT",
          "RELEASE");
  private static final Set<String> CHANGES_OF_ROWS =
      Set.of("INSERT", "UPDATE", "DELETE", "REPLACE");
  private static final Set<String> IMPLICIT_COMMITS =
      Set.of("CREATE", "ALTER", "DROP", "TRUNCATE", "RENAME");
  private static final Pattern CHECKOUT = Pattern.compile("\\bDOLT_CHECKOUT\\b");
  private static final Pattern HEAD_REF =
      Pattern.compile("\\bSET\\b.*_HEAD_REF\\b", Pattern.DOTALL);
  private static final Pattern AUTOCOMMIT =
      Pattern.compile("^SET\\b.*\\bAUTOCOMMIT\\b", Pattern.DOTALL);
  private static final Pattern TEMPORARY = Pattern.compile("^\\w+\\s+TEMPORARY\\b");
  private static final Pattern SAVEPOINT = Pattern.compile("^ROLLBACK\\s+(WORK\\s+)?TO\\b");
  private static final Pattern QUALIFIED = Pattern.compile("`[^`]*/[^`]*`\\s*\\.");
  private static final Pattern CTE_WRITE =
      Pattern.compile("^WITH\\b.*\\b(UPDATE|DELETE)\\b", Pattern.DOTALL);
  private static final String NAME = "(?:`[^`]*`|[\\w$]+)";

  /** A write's target named as database.table, which Dolt looks up on that database's main. */
  private static final Pattern QUALIFIED_TARGET =
      Pattern.compile(
          "^(?:(?:INSERT|REPLACE|UPDATE)(?:\\s+(?:LOW_PRIORITY|HIGH_PRIORITY|DELAYED|IGNORE|INTO)\\b)*"
              + "|(?:WITH\\b.*\\b)?DELETE\\b[^(]*?\\bFROM\\b"
              + "|TRUNCATE(?:\\s+TABLE\\b)?"
              + "|LOAD\\b.*?\\bINTO\\s+TABLE\\b"
              + "|(?:CREATE|ALTER|DROP|RENAME)\\s+(?:\\w+\\s+)*?(?:TABLE|VIEW|TRIGGER|PROCEDURE)\\b"
              + "(?:\\s+IF(?:\\s+NOT)?\\s+EXISTS\\b)?"
              + "|(?:CREATE|DROP)\\s+(?:\\w+\\s+)?INDEX\\s+"
              + NAME
              + "\\s+ON\\b)\\s*"
              + NAME
              + "\\s*\\.",
          Pattern.DOTALL);

  /**
   * Reads a statement's text.
   *
   * @param database the database of the connection; a table qualified with it is main's
   */
  public static SqlText of(String sql, String database) {
    String code =
        withoutLiterals(sql).toUpperCase(Locale.ROOT).replaceFirst("^[\\s(]+", "").stripTrailing();
    int end = 0;
    while (end < code.length() && Character.isLetter(code.charAt(end))) {
      end++;
    }
    String word = code.substring(0, end);
    boolean ends =
        word.equals("COMMIT") || (word.equals("ROLLBACK") && !SAVEPOINT.matcher(code).find());
    return new SqlText(
        word,
        ends,
        commitsImplicitly(word, code),
        CTE_WRITE.matcher(code).find(),
        leaves(word, code, database));
  }

  /** Whether a result set of this statement means that nothing was written. */
  public boolean isRead() {
    return READS.contains(firstWord);
  }

  /** Whether this is BEGIN or START TRANSACTION. */
  public boolean beginsTransaction() {
    return firstWord.equals("BEGIN") || firstWord.equals("START");
  }

  /** Whether this statement sets, drops or returns to a savepoint. */
  public boolean isAboutSavepoint() {
    return firstWord.equals("SAVEPOINT")
        || firstWord.equals("RELEASE")
        || (firstWord.equals("ROLLBACK") && !endsTransaction);
  }

  /** Whether this statement may commit something by itself, now or through what it calls. */
  public boolean mayCommit() {
    return !isRead() && !CHANGES_OF_ROWS.contains(firstWord);
  }

  /** Whether this statement can never move its session to another branch. */
  public boolean staysOnBranch() {
    return isRead() || PLAIN_WRITES.contains(firstWord);
  }

  private static boolean commitsImplicitly(String word, String code) {
    return IMPLICIT_COMMITS.contains(word) && !TEMPORARY.matcher(code).find();
  }

  private static String leaves(String word, String code, String database) {
    if (word.equals("USE")) {
      return "USE moves the connection to another branch";
    }
    if (CHECKOUT.matcher(code).find() || HEAD_REF.matcher(code).find()) {
      return "checking out moves the connection to another branch";
    }
    if (AUTOCOMMIT.matcher(code).find()) {
      return "autocommit is switched with Connection.setAutoCommit";
    }
    boolean writes = !READS.contains(word) || CTE_WRITE.matcher(code).find();
    if (writes && QUALIFIED.matcher(code).find()) {
      return "a table qualified with `database/branch` may be read here, but not written";
    }
    if (writes && (QUALIFIED_TARGET.matcher(code).find() || qualifies(code, database))) {
      return "a table qualified with its database is written on that database's main branch";
    }
    return "";
  }

  /** Whether a table is named together with this database anywhere. */
  private static boolean qualifies(String code, String database) {
    String name = Pattern.quote(database.toUpperCase(Locale.ROOT));
    return Pattern.compile("(?:`" + name + "`|(?<![\\w$.`])" + name + ")\\s*\\.")
        .matcher(code)
        .find();
  }

  /** The statement with string literals emptied and comments replaced by a blank. */
  private static String withoutLiterals(String sql) {
    StringBuilder code = new StringBuilder(sql.length());
    int i = 0;
    while (i < sql.length()) {
      char c = sql.charAt(i);
      if (c == '\'' || c == '"') {
        i = endOfLiteral(sql, i);
        code.append("''");
      } else if (c == '`') {
        int end = sql.indexOf('`', i + 1);
        end = end < 0 ? sql.length() : end + 1;
        code.append(sql, i, end);
        i = end;
      } else if (c == '#' || startsDashComment(sql, i)) {
        int end = sql.indexOf('\n', i);
        i = end < 0 ? sql.length() : end;
        code.append(' ');
      } else if (sql.startsWith("/*!", i)) {
        // what is inside runs, perhaps after a version number
        i += 3;
        while (i < sql.length() && Character.isDigit(sql.charAt(i))) {
          i++;
        }
        code.append(' ');
      } else if (sql.startsWith("*/", i)) {
        i += 2;
        code.append(' ');
      } else if (sql.startsWith("/*", i)) {
        int end = sql.indexOf("*/", i + 2);
        i = end < 0 ? sql.length() : end + 2;
        code.append(' ');
      } else {
        code.append(c);
        i++;
      }
    }
    return code.toString();
  }

  private static boolean startsDashComment(String sql, int i) {
    return sql.startsWith("--", i)
        && (i + 2 == sql.length() || Character.isWhitespace(sql.charAt(i + 2)));
  }

  private static int endOfLiteral(String sql, int start) {
    char quote = sql.charAt(start);
    int i = start + 1;
    while (i < sql.length()) {
      char c = sql.charAt(i);
      if (c == '\\') {
        i += 2;
      } else if (c == quote && i + 1 < sql.length() && sql.charAt(i + 1) == quote) {
        i += 2;
      } else if (c == quote) {
        return i + 1;
      } else {
        i++;
      }
    }
    return sql.length();
  }
}
