// SPDX-License-Identifier: MIT
#ifndef VIEWERSHIP_DETAIL_NDJSON_PARSER_HPP
#define VIEWERSHIP_DETAIL_NDJSON_PARSER_HPP

/// @file
/// Any line of an event log, by simdjson.

#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <viewership/detail/ndjson_line.hpp>
#include <viewership/detail/ndjson_number.hpp>

namespace viewership::inline v0::detail {

/// Reads lines one by one; its buffers are reused and grow to about ten times the longest line.
class LineParser {
 public:
  /// How many readable bytes must follow a line.
  static constexpr std::size_t padding = simdjson::SIMDJSON_PADDING;

  /// Reads `text`, which must be one JSON object and nothing else, into `line`. Returns why it is not, or why
  /// no event can be made of it; nothing if all is well or the type is unknown, whatever else is wrong then.
  /// A line feed must follow: simdjson looks one byte behind a text whose brackets do not match.
  [[nodiscard]] std::optional<std::string> parse(std::string_view text, LogLine& line) {
    line.clear();
    const simdjson::padded_string_view padded(text.data(), text.size(), text.size() + padding);
    simdjson::ondemand::document document;
    simdjson::ondemand::object object;
    if (const auto error = parser_.iterate(padded).get(document)) return not_json(error);
    if (const auto error = document.get_object().get(object)) {
      return error == simdjson::INCORRECT_TYPE ? "not a JSON object" : not_json(error);
    }
    std::optional<std::string> fault;
    for (auto member : object) {
      simdjson::ondemand::field field;
      std::string_view key;
      if (const auto error = std::move(member).get(field)) return not_json(error);
      if (const auto error = field.unescaped_key().get(key)) return not_json(error);
      const LogField known = log_field(key);
      simdjson::ondemand::value value = field.value();
      const auto read =
          known == LogField::other || !line.meets(known) ? skip(value, 0) : take(known, value, line);
      if (read == Reading::wrong_type) {
        if (!fault) {
          fault = std::string(log_field_names[number_of(known)]) +
                  (is_text(known) ? " is not a string" : " is not a number");
        }
      } else if (read == Reading::too_deep) {
        return "nested deeper than " + std::to_string(most_nested) + " levels";
      } else if (read != Reading::done) {
        return not_json(error_);
      }
    }
    const bool is_all = document.current_location().error() == simdjson::OUT_OF_BOUNDS;
    if (!is_all) return not_json(simdjson::TRAILING_CONTENT);
    if (line.type == unknown_type) return std::nullopt;
    if (fault) return fault;
    for (const LogField required : {LogField::type, LogField::session_id, LogField::content_id}) {
      if (!line.has(required)) return std::string(log_field_names[number_of(required)]) + " is missing";
    }
    for (const LogField required : {LogField::session_id, LogField::content_id}) {
      if (line.id(required).empty()) return std::string(log_field_names[number_of(required)]) + " is empty";
    }
    return std::nullopt;
  }

 private:
  static constexpr int most_nested = 100;

  enum class Reading : std::uint8_t { done, wrong_type, too_deep, not_json };

  static std::string not_json(simdjson::error_code error) {
    return std::string("not valid JSON: ") + simdjson::error_message(error);
  }

  Reading fail(simdjson::error_code error) {
    error_ = error;
    return Reading::not_json;
  }

  /// The text of a number or a literal.
  static std::string_view token_of(simdjson::ondemand::value& value) {
    std::string_view token = value.raw_json_token();
    while (!token.empty() && is_space(token.back())) token.remove_suffix(1);
    return token;
  }
  static constexpr bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

  Reading take(LogField field, simdjson::ondemand::value& value, LogLine& line) {
    const std::string_view token = token_of(value);
    if (token == "null") return Reading::done;
    if (is_text(field) && token.starts_with('"')) {
      std::string_view text;
      if (const auto error = value.get_string().get(text)) return fail(error);
      line.set(field, text);
      return Reading::done;
    }
    std::int64_t number = 0;
    if (is_number(field) &&
        read_number(token.data(), decimals_of(field), number) == token.data() + token.size()) {
      line.set(field, number);
      return Reading::done;
    }
    const Reading skipped = skip(value, 0);
    return skipped == Reading::done ? Reading::wrong_type : skipped;
  }

  /// Steps over a value and makes sure that it is one.
  Reading skip(simdjson::ondemand::value& value, int depth) {
    if (depth > most_nested) return Reading::too_deep;
    const std::string_view token = token_of(value);
    switch (token.empty() ? '\0' : token.front()) {
      case '{': {
        simdjson::ondemand::object object;
        if (const auto error = value.get_object().get(object)) return fail(error);
        for (auto member : object) {
          simdjson::ondemand::field field;
          std::string_view key;
          if (const auto error = std::move(member).get(field)) return fail(error);
          if (const auto error = field.unescaped_key().get(key)) return fail(error);
          if (const Reading read = skip(field.value(), depth + 1); read != Reading::done) return read;
        }
        return Reading::done;
      }
      case '[': {
        simdjson::ondemand::array array;
        if (const auto error = value.get_array().get(array)) return fail(error);
        for (auto member : array) {
          simdjson::ondemand::value element;
          if (const auto error = std::move(member).get(element)) return fail(error);
          if (const Reading read = skip(element, depth + 1); read != Reading::done) return read;
        }
        return Reading::done;
      }
      case '"': {
        std::string_view text;
        if (const auto error = value.get_string().get(text)) return fail(error);
        return Reading::done;
      }
      case 't':
        return token == "true" ? Reading::done : fail(simdjson::T_ATOM_ERROR);
      case 'f':
        return token == "false" ? Reading::done : fail(simdjson::F_ATOM_ERROR);
      case 'n':
        return token == "null" ? Reading::done : fail(simdjson::N_ATOM_ERROR);
      default: {
        std::int64_t number = 0;
        const bool is_whole =
            !token.empty() && read_number(token.data(), 0, number) == token.data() + token.size();
        return is_whole ? Reading::done : fail(simdjson::NUMBER_ERROR);
      }
    }
  }

  simdjson::ondemand::parser parser_;
  simdjson::error_code error_ = simdjson::SUCCESS;
};

}  // namespace viewership::inline v0::detail

#endif  // VIEWERSHIP_DETAIL_NDJSON_PARSER_HPP
