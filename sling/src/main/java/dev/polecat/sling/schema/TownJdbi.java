package dev.polecat.sling.schema;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.argument.AbstractArgumentFactory;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.config.ConfigRegistry;
import org.jdbi.v3.core.generic.GenericType;
import org.jdbi.v3.core.mapper.ColumnMapper;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jdbi.v3.sqlobject.SqlObjectPlugin;

/** Jdbi with the town's records and SQL objects known to it. */
public final class TownJdbi {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<List<String>> STRINGS = new TypeReference<>() {};
  private static final GenericType<List<String>> STRING_LIST = new GenericType<>() {};

  private TownJdbi() {}

  /**
   * Makes a Jdbi for a data source whose database has the town schema. A {@code List<String>} is
   * read from and written to a JSON array.
   *
   * @param dataSource where to connect
   * @return the Jdbi; thread-safe
   */
  public static Jdbi of(DataSource dataSource) {
    return Jdbi.create(dataSource)
        .installPlugin(new SqlObjectPlugin())
        .registerRowMapper(ConstructorMapper.factory(Issue.class))
        .registerRowMapper(ConstructorMapper.factory(Mail.class))
        .registerRowMapper(ConstructorMapper.factory(Channel.class))
        .registerColumnMapper(STRING_LIST, strings())
        .registerArgument(new StringsArgument());
  }

  private static ColumnMapper<List<String>> strings() {
    return (row, column, context) -> {
      String json = row.getString(column);
      if (json == null) {
        return List.of();
      }
      try {
        List<String> read = JSON.readValue(json, STRINGS);
        return read == null ? List.of() : read;
      } catch (JsonProcessingException e) {
        throw new SQLException("Column " + column + " holds no JSON array of strings: " + json, e);
      }
    };
  }

  /** Binds a list of strings as a JSON array. */
  private static final class StringsArgument extends AbstractArgumentFactory<List<String>> {
    StringsArgument() {
      super(Types.VARCHAR);
    }

    @Override
    protected Argument build(List<String> value, ConfigRegistry config) {
      return (position, statement, context) -> {
        try {
          statement.setString(position, JSON.writeValueAsString(value));
        } catch (JsonProcessingException e) {
          throw new SQLException("Cannot write as JSON: " + value, e);
        }
      };
    }
  }
}
