// SPDX-License-Identifier: MIT
// The figures of the report, one set for each content.
#ifndef VIEWERSHIP_EXAMPLES_REPORT_AUDIENCE_HPP
#define VIEWERSHIP_EXAMPLES_REPORT_AUDIENCE_HPP

#include <string>
#include <vector>

#include <viewership/viewership.hpp>

#include "arguments.hpp"

struct SessionReport {
  std::string session_id;
  viewership::SessionMetrics metrics;
  viewership::PlaybackMap map;  ///< what was watched of the content
};

struct ContentReport {
  std::string content_id;
  viewership::ContentDurationResult duration;
  viewership::SessionTotalsResult totals;
  /// Empty if nobody declares a duration or plays anything.
  viewership::RetentionCurve retention;
  viewership::AttentionHeatmap heatmap;
  viewership::ContentEngagementScore engagement;  ///< without a score if nobody started
  std::vector<SessionReport> sessions;            ///< only if asked for
};

/// The audience of one content: two replays of its sessions, one for how long it is, one for everything else.
ContentReport report_on(viewership::SessionLog::Slice sessions, std::string content_id,
                        const Arguments& arguments);

#endif  // VIEWERSHIP_EXAMPLES_REPORT_AUDIENCE_HPP
