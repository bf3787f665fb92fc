// libcurl, with its variadic calls as typed ones: Swift imports no variadic C function.
#pragma once

#include <curl/curl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

static inline CURLcode ccurl_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode ccurl_set_size(CURL *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}

/// The text is copied.
static inline CURLcode ccurl_set_text(CURL *easy, CURLoption option, const char *text) {
    return curl_easy_setopt(easy, option, text);
}

/// What the pointer points to must live until the transfer's end.
static inline CURLcode ccurl_set_pointer(CURL *easy, CURLoption option, void *pointer) {
    return curl_easy_setopt(easy, option, pointer);
}

/// Copies the body.
static inline CURLcode ccurl_set_body(CURL *easy, const void *bytes, curl_off_t count) {
    // The size first: else the copy ends at the first zero byte.
    CURLcode code = curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, count);
    return code != CURLE_OK ? code : curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, (const char *)bytes);
}

typedef size_t (*ccurl_data_callback)(char *bytes, size_t size, size_t count, void *context);

static inline void ccurl_set_data_callbacks(
    CURL *easy, ccurl_data_callback header, ccurl_data_callback body, void *context) {
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, context);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, context);
}

/// The callback runs each time just before the request is put on a connection.
static inline void ccurl_set_before_request_callback(CURL *easy, curl_prereq_callback callback, void *context) {
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, callback);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, context);
}

static inline int ccurl_limit_unacknowledged(void *milliseconds, curl_socket_t socket, curlsocktype purpose) {
    unsigned int limit = (unsigned int)(size_t)milliseconds;
    if (purpose == CURLSOCKTYPE_IPCXN) setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &limit, sizeof limit);
    return CURL_SOCKOPT_OK;
}

/// The kernel breaks a connection whose peer has not acknowledged what was sent for that long.
static inline void ccurl_set_unacknowledged_limit(CURL *easy, unsigned int milliseconds) {
    curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, ccurl_limit_unacknowledged);
    curl_easy_setopt(easy, CURLOPT_SOCKOPTDATA, (void *)(size_t)milliseconds);
}

static inline long ccurl_status(CURL *easy) {
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    return status;
}

static inline void ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    curl_multi_setopt(multi, option, value);
}

/// The next transfer that has ended, and how; NULL where there is none.
static inline CURL *ccurl_multi_next_done(CURLM *multi, CURLcode *code) {
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(multi, &left))) {
        if (message->msg != CURLMSG_DONE) continue;
        *code = message->data.result;
        return message->easy_handle;
    }
    return NULL;
}
