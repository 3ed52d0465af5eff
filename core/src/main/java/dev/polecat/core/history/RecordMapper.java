package dev.polecat.core.history;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes records of rows, column by component. Immutable and safe to share. */
final class RecordMapper<T extends Record> {
  private static final ClassValue<RecordMapper<?>> MAPPERS =
      new ClassValue<>() {
        @Override
        protected RecordMapper<?> computeValue(Class<?> type) {
          return new RecordMapper<>(type.asSubclass(Record.class));
        }
      };

  private final Class<T> type;
  private final List<RecordComponent> components;
  private final Constructor<T> constructor;

  private RecordMapper(Class<T> type) {
    this.type = type;
    this.components = List.of(type.getRecordComponents());
    try {
      this.constructor =
          type.getDeclaredConstructor(
              components.stream().map(RecordComponent::getType).toArray(Class<?>[]::new));
      constructor.setAccessible(true);
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("a record has its canonical constructor: " + type, e);
    }
  }

  @SuppressWarnings("unchecked") // made for this class
  static <T extends Record> RecordMapper<T> of(Class<T> type) {
    return (RecordMapper<T>) MAPPERS.get(type);
  }

  T map(Map<String, @Nullable Object> row) {
    @Nullable Object[] arguments = new Object[components.size()];
    for (int i = 0; i < arguments.length; i++) {
      RecordComponent component = components.get(i);
      String column = column(row, component.getName());
      try {
        arguments[i] = Conversions.to(component.getGenericType(), row.get(column));
      } catch (IllegalArgumentException e) {
        throw new RowMappingException(
            "Column "
                + column
                + " does not fit "
                + component.getGenericType().getTypeName()
                + " "
                + type.getSimpleName()
                + "."
                + component.getName()
                + ": "
                + e.getMessage(),
            e);
      }
    }
    try {
      return constructor.newInstance(arguments);
    } catch (InvocationTargetException e) {
      throw new RowMappingException(
          type.getSimpleName() + " refuses " + Arrays.toString(arguments) + ": " + e.getCause(),
          e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new RowMappingException("Cannot make a " + type.getName() + ": " + e, e);
    }
  }

  private String column(Map<String, @Nullable Object> row, String component) {
    List<String> found =
        row.keySet().stream().filter(name -> plain(name).equals(plain(component))).toList();
    if (found.size() != 1) {
      throw new RowMappingException(
          "Component "
              + component
              + " of "
              + type.getSimpleName()
              + " needs one column of its name, and there "
              + (found.isEmpty() ? "is none in " + row.keySet() : "are " + found)
              + ".",
          null);
    }
    return found.get(0);
  }

  private static String plain(String name) {
    return name.replace("_", "").toLowerCase(Locale.ROOT);
  }
}
