// Generated from ../openapi.json by `npm run api`. Do not edit.

export interface paths {
    "/access-rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The access rules of this installation, and how many people could confirm what the caller asks for
         * @description The access rules of this installation, and how many people could confirm what the caller asks for.
         *
         *     Any known person or program may call it.
         */
        get: operations["access_rules_show"];
        /**
         * Set the access rules
         * @description Switches the rule of two people on, which needs another admin that can sign in. Switching it off is confirmed by another admin.
         *
         *     Needs the permission `users.manage` (roles: admin).
         */
        put: operations["access_rules_put"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/agents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A page of agents, by id
         * @description A page of agents, by id.
         *
         *     Needs the permission `agents.read` (roles: admin, operator, viewer).
         */
        get: operations["agents_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/agents/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One agent, with how many keys it holds and targets it serves, and how it was heard from in the last 24 hours
         * @description One agent, with how many keys it holds and targets it serves, and how it was heard from in the last 24 hours.
         *
         *     Needs the permission `agents.read` (roles: admin, operator, viewer).
         */
        get: operations["agents_show"];
        put?: never;
        post?: never;
        /**
         * Retires an agent for good: its certificate is refused from the answer on
         * @description Retires an agent for good: its certificate is refused from the answer on. What it deployed stays.
         *
         *     Needs the permission `agents.manage` (roles: admin).
         */
        delete: operations["agents_retire"];
        options?: never;
        head?: never;
        /**
         * Changes an agent: its name, its environment, or whether it is quarantined (gets no work until a person lifts it)
         * @description Changes an agent: its name, its environment, or whether it is quarantined (gets no work until a person lifts it).
         *
         *     Needs the permission `agents.manage` (roles: admin).
         */
        patch: operations["agents_update"];
        trace?: never;
    };
    "/agents/{id}/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The jobs that an agent makes the key for or deploys, newest first unless `sort` says otherwise
         * @description The jobs that an agent makes the key for or deploys, newest first unless `sort` says otherwise.
         *
         *     Needs the permission `jobs.read` (roles: admin, operator, viewer).
         */
        get: operations["agents_list_jobs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/agents/anchors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Cursors all over the list, one for each `every` agents: a page from any part of it is one request
         * @description Cursors all over the list, one for each `every` agents: a page from any part of it is one request. What takes long
         *     to count is kept for a while; `as_of` says of when it is.
         *
         *     Needs the permission `agents.read` (roles: admin, operator, viewer).
         */
        get: operations["agents_anchors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/agents/facets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How many of the agents that match have which health, state, version and environment
         * @description How many of the agents that match have which health, state, version and environment. To fill the menu of a filter,
         *     ask without that filter. What takes long to count is kept for a while; `as_of` says of when it is.
         *
         *     Needs the permission `agents.read` (roles: admin, operator, viewer).
         */
        get: operations["agents_facets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/agents/invitations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A page of invitations, newest first
         * @description A page of invitations, newest first.
         *
         *     Needs the permission `agents.read` (roles: admin, operator, viewer).
         */
        get: operations["agents_invitations"];
        put?: never;
        /**
         * A new invitation with its token, which is shown this once
         * @description A new invitation with its token, which is shown this once.
         *
         *     Needs the permission `agents.invite` (roles: admin, operator).
         */
        post: operations["agents_invite"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/agents/invitations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Withdraws an unused invitation
         * @description Withdraws an unused invitation.
         *
         *     Needs the permission `agents.invite` (roles: admin, operator).
         */
        delete: operations["agents_withdraw"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/alert-rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A page of alert rules
         * @description A page of alert rules, by id.
         *
         *     Needs the permission `alerts.read` (roles: admin, operator, viewer).
         */
        get: operations["alert_rules_list"];
        put?: never;
        /**
         * A new alert rule
         * @description A new alert rule. It is looked at within moments, and every 30 seconds from then on.
         *
         *     Needs the permission `alerts.manage` (roles: admin).
         */
        post: operations["alert_rules_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/alert-rules/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One alert rule
         * @description One alert rule.
         *
         *     Needs the permission `alerts.read` (roles: admin, operator, viewer).
         */
        get: operations["alert_rules_show"];
        put?: never;
        post?: never;
        /**
         * Remove an alert rule
         * @description Removes an alert rule. Nothing cascades: what certificates refer to stays.
         *
         *     Needs the permission `alerts.manage` (roles: admin).
         */
        delete: operations["alert_rules_delete"];
        options?: never;
        head?: never;
        /**
         * Change an alert rule
         * @description Changes an alert rule, which is looked at anew within moments. Its open alerts close when it is disabled.
         *
         *     Needs the permission `alerts.manage` (roles: admin).
         */
        patch: operations["alert_rules_update"];
        trace?: never;
    };
    "/alert-rules/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What an alert rule would find
         * @description What matches now, what would be said of it, and on which of the last 30 days it would have fired, as far as that was recorded. Nothing is stored or sent. A caller whose scope is narrowed sees what is within it.
         *
         *     Needs the permission `alerts.read` (roles: admin, operator, viewer).
         */
        post: operations["alert_rules_preview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/alerts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A page of alerts
         * @description A page of alerts, the latest first. Those of one certificate: `certificate_id`.
         *
         *     Needs the permission `alerts.read` (roles: admin, operator, viewer).
         */
        get: operations["alerts_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/alerts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One alert
         * @description One alert.
         *
         *     Needs the permission `alerts.read` (roles: admin, operator, viewer).
         */
        get: operations["alerts_show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/alerts/{id}/acknowledge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Acknowledge an alert
         * @description Says that somebody knows of it: no reminders until it becomes more urgent.
         *
         *     Needs the permission `alerts.operate` (roles: admin, operator).
         */
        post: operations["alerts_acknowledge"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/alerts/{id}/assign": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Assign an alert
         * @description Says whose it is, or with `user_id` left out that it is nobody's. That does not acknowledge it.
         *
         *     Needs the permission `alerts.operate` (roles: admin, operator).
         */
        post: operations["alerts_assign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/alerts/{id}/snooze": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Snooze an alert
         * @description Keeps it quiet until a time, or until it changes. Until a time it stays quiet even when it becomes more urgent.
         *
         *     Needs the permission `alerts.operate` (roles: admin, operator).
         */
        post: operations["alerts_snooze"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/alerts/{id}/unsnooze": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End the quiet of an alert
         * @description Ends the quiet: the alert is open again.
         *
         *     Needs the permission `alerts.operate` (roles: admin, operator).
         */
        post: operations["alerts_unsnooze"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/alerts/acknowledge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Acknowledge many alerts
         * @description Acknowledges the open alerts among those named, or among those that match the filters of the list: at most 500 at once, and `more` says whether to call again.
         *
         *     Needs the permission `alerts.operate` (roles: admin, operator).
         */
        post: operations["alerts_acknowledge_many"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/alerts/anchors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Cursors all over the list, one for each `every` alerts: a page from any part of it is one request
         * @description Cursors all over the list, one for each `every` alerts: a page from any part of it is one request. What takes long
         *     to count is kept for a while; `as_of` says of when it is.
         *
         *     Needs the permission `alerts.read` (roles: admin, operator, viewer).
         */
        get: operations["alerts_anchors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/alerts/facets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How many of the alerts that match have which state, kind, severity, owner, team and environment
         * @description How many of the alerts that match have which state, kind, severity, owner, team and environment. To fill the menu of a
         *     filter, ask without that filter. What takes long to count is kept for a while; `as_of` says of when it is.
         *
         *     Needs the permission `alerts.read` (roles: admin, operator, viewer).
         */
        get: operations["alerts_facets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A page of API keys, revoked ones too
         * @description A page of API keys, revoked ones too.
         *
         *     Needs the permission `keys.manage` (roles: admin).
         */
        get: operations["api_keys_list"];
        put?: never;
        /**
         * A new API key with its secret, which is shown this once
         * @description A new API key with its secret, which is shown this once.
         *
         *     Needs the permission `keys.manage` (roles: admin).
         */
        post: operations["api_keys_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api-keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One API key
         * @description One API key.
         *
         *     Needs the permission `keys.manage` (roles: admin).
         */
        get: operations["api_keys_show"];
        put?: never;
        post?: never;
        /**
         * Revokes an API key and ends its sessions
         * @description Revokes an API key and ends its sessions. It stays in the list.
         *
         *     Needs the permission `keys.manage` (roles: admin).
         */
        delete: operations["api_keys_revoke"];
        options?: never;
        head?: never;
        /**
         * Changes an API key (JSON merge patch): its name, its scope or its end
         * @description Changes an API key (JSON merge patch): its name, its scope or its end. What it does from now on follows at once.
         *
         *     Needs the permission `keys.manage` (roles: admin).
         */
        patch: operations["api_keys_update"];
        trace?: never;
    };
    "/api-keys/{id}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A new secret for an API key, which is shown this once
         * @description A new secret for an API key, which is shown this once. The old one is refused at once and the key's sessions end,
         *     unless a grace period is asked for.
         *
         *     Needs the permission `keys.manage` (roles: admin).
         */
        post: operations["api_keys_rotate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/approvals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What waits for an approval, the nearest deadline first
         * @description What waits for an approval, the nearest deadline first.
         *
         *     Needs the permission `jobs.read` (roles: admin, operator, viewer).
         */
        get: operations["approvals_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A page of events, newest first
         * @description A page of events, newest first.
         *
         *     Needs the permission `audit.read` (roles: admin, auditor).
         */
        get: operations["audit_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One event
         * @description One event.
         *
         *     Needs the permission `audit.read` (roles: admin, auditor).
         */
        get: operations["audit_show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit/anchors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Cursors all over the list, one for each `every` events: a page from any part of it is one request
         * @description Cursors all over the list, one for each `every` events: a page from any part of it is one request. What takes long
         *     to count is kept for a while; `as_of` says of when it is. Of a very long trail only the newest two million events are
         *     looked through (`approximate`), unless `object` names one.
         *
         *     Needs the permission `audit.read` (roles: admin, auditor).
         */
        get: operations["audit_anchors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All events that match, oldest first, as a file: streamed, whatever their number
         * @description All events that match, oldest first, as a file: streamed, whatever their number. In JSON and NDJSON it has the seals of
         *     its range too, so that `certctl audit verify FILE` can check it anywhere; for that, leave `columns` out.
         *
         *     Needs the permission `audit.read` (roles: admin, auditor).
         */
        get: operations["audit_export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit/facets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How many of the events that match have which kind of actor, action and outcome
         * @description How many of the events that match have which kind of actor, action and outcome. To fill the menu of a filter,
         *     ask without that filter. What takes long to count is kept for a while; `as_of` says of when it is. Of a very long trail
         *     only the newest two million events are looked through (`approximate`), unless `object` names one.
         *
         *     Needs the permission `audit.read` (roles: admin, auditor).
         */
        get: operations["audit_facets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit/histogram": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How the events that match lie in time
         * @description How the events that match lie in time: at most a hundred steps and one from `since`, or the first event, to `until`, or now.
         *     What takes long to count is kept for a while; `as_of` says of when it is. Of a very long trail only the newest two million
         *     events are looked through (`approximate`), unless `object` names one.
         *
         *     Needs the permission `audit.read` (roles: admin, auditor).
         */
        get: operations["audit_histogram"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Checks the whole trail: rows, batches, chain and signatures
         * @description Checks the whole trail: rows, batches, chain and signatures.
         *
         *     Needs the permission `audit.read` (roles: admin, auditor).
         */
        get: operations["audit_verify"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who the caller is, with its role, its permissions, and on which certificates they hold; and the server's clock
         * @description Who the caller is, with its role, its permissions, and on which certificates they hold; and the server's clock.
         *
         *     Any known person or program may call it.
         */
        get: operations["auth_check"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/info": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How callers sign in here, and whether the first set-up is still open
         * @description How callers sign in here, and whether the first set-up is still open.
         *
         *     Anybody may call it.
         */
        get: operations["auth_info"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Signs in with a user name and password, or with a key; the answer sets the session cookie, another one each time
         * @description Signs in with a user name and password, or with a key; the answer sets the session cookie, another one each time.
         *
         *     Anybody may call it.
         */
        post: operations["auth_sign_in"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ends the session
         * @description Ends the session. A caller with a key has none to end, and stays known by the key.
         *
         *     Any known person or program may call it.
         */
        post: operations["auth_sign_out"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/setup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Redeems the setup token: makes the first admin key, shown once, or the first admin user
         * @description Redeems the setup token: makes the first admin key, shown once, or the first admin user.
         *
         *     Needs the setup token that the server printed at its first start.
         */
        post: operations["auth_set_up"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/cas": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A page of CAs
         * @description A page of the certificate authorities of local CAs, by id: roots, and the issuing CAs below them. Those that were replaced are among them, until and after they are retired.
         *
         *     Needs the permission `issuers.read` (roles: admin, operator, viewer).
         */
        get: operations["cas_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/cas/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One CA
         * @description One certificate authority, with how many of its certificates are live.
         *
         *     Needs the permission `issuers.read` (roles: admin, operator, viewer).
         */
        get: operations["cas_show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/cas/{id}/replace": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replace a root
         * @description Makes a new root in the place of one. The old root signs the new one's key too (a cross-certificate), and each issuer below gets its next issuing CA, so that clients which trust only the old root and clients which trust only the new one accept what is issued from now on. The old root stays in the trust bundle until everything below it has ended.
         *
         *     Needs the permission `issuers.manage` (roles: admin).
         */
        post: operations["cas_replace_root"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/certificates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A page of certificates
         * @description A page of certificates.
         *
         *     Needs the permission `certificates.read` (roles: admin, operator, viewer).
         */
        get: operations["certificates_list"];
        put?: never;
        /**
         * A new certificate; its issuance starts at once unless `issue` is false
         * @description A new certificate; its issuance starts at once unless `issue` is false.
         *
         *     Needs the permission `certificates.create` (roles: admin, operator).
         */
        post: operations["certificates_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/certificates/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One certificate, with its status, its key holders and the work under way
         * @description One certificate, with its status, its key holders and the work under way.
         *
         *     Needs the permission `certificates.read` (roles: admin, operator, viewer).
         */
        get: operations["certificates_show"];
        put?: never;
        post?: never;
        /**
         * Archives a certificate: nothing is renewed or deployed any more; what is served stays
         * @description Archives a certificate: nothing is renewed or deployed any more; what is served stays.
         *
         *     Needs the permission `certificates.archive` (roles: admin, operator).
         */
        delete: operations["certificates_archive"];
        options?: never;
        head?: never;
        /**
         * Changes a certificate (JSON merge patch): what is absent stays, `null` clears
         * @description Changes a certificate (JSON merge patch): what is absent stays, `null` clears. Added targets are deployed to.
         *
         *     Needs the permission `certificates.update` (roles: admin, operator).
         */
        patch: operations["certificates_update"];
        trace?: never;
    };
    "/certificates/{id}/chain.der": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The certificate of a version alone, without its chain (DER)
         * @description The certificate of a version alone, without its chain (DER).
         *
         *     Needs the permission `certificates.read` (roles: admin, operator, viewer).
         */
        get: operations["certificates_der"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/certificates/{id}/chain.p7b": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The chain of a version as one PKCS #7 bundle, leaf first (DER): what Windows and Java import
         * @description The chain of a version as one PKCS #7 bundle, leaf first (DER): what Windows and Java import.
         *
         *     Needs the permission `certificates.read` (roles: admin, operator, viewer).
         */
        get: operations["certificates_p7b"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/certificates/{id}/chain.pem": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The chain of a version, leaf first (PEM)
         * @description The chain of a version, leaf first (PEM).
         *
         *     Needs the permission `certificates.read` (roles: admin, operator, viewer).
         */
        get: operations["certificates_chain"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/certificates/{id}/csr": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A CSR for a certificate of key strategy `external`
         * @description A CSR for a certificate of key strategy `external`.
         *
         *     Needs the permission `certificates.renew` (roles: admin, operator).
         */
        post: operations["certificates_upload_csr"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/certificates/{id}/deploy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Starts deployments of exactly one version each; also the way back to an older version
         * @description Starts deployments of exactly one version each; also the way back to an older version.
         *
         *     Needs the permission `certificates.deploy` (roles: admin, operator).
         */
        post: operations["certificates_deploy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/certificates/{id}/deployments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The deployments of a certificate, newest first, each with what was last seen served
         * @description The deployments of a certificate, newest first, each with what was last seen served.
         *
         *     Needs the permission `certificates.read` (roles: admin, operator, viewer).
         */
        get: operations["certificates_list_deployments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/certificates/{id}/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Why it was renewed or not, what stands in its way, and what happens next
         * @description Why it was renewed or not, what stands in its way, and what happens next.
         *
         *     Needs the permission `certificates.read` (roles: admin, operator, viewer).
         */
        get: operations["certificates_explain"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/certificates/{id}/renew": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Starts a renewal for each key holder
         * @description Starts a renewal for each key holder.
         *
         *     Needs the permission `certificates.renew` (roles: admin, operator).
         */
        post: operations["certificates_renew"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/certificates/{id}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Revoke a certificate
         * @description Its current versions, or one version of it. Unless `replace_first` is false, a renewal is started, and the old version is
         *     revoked when each target was seen serving the new one; asked again with `replace_first: false`, what waits is revoked at
         *     once. A revocation cannot be taken back.
         *
         *     Needs the permission `certificates.revoke` (roles: admin, operator).
         */
        post: operations["revocations_revoke"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/certificates/{id}/text": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a version says, for people: subject, names, validity, key, extensions, fingerprints; one fact a line
         * @description What a version says, for people: subject, names, validity, key, extensions, fingerprints; one fact a line.
         *
         *     Needs the permission `certificates.read` (roles: admin, operator, viewer).
         */
        get: operations["certificates_text"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/certificates/{id}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The lifecycle of a certificate
         * @description The lifecycle of a certificate: its rounds of work, each with a lane for every key holder, and all that happened
         *     to it, newest first, with the seconds between.
         *
         *     Needs the permission `certificates.read` (roles: admin, operator, viewer).
         */
        get: operations["certificates_timeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/certificates/{id}/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Looks again at what the endpoints of its targets serve: one job for each target, done by the target's agent
         * @description Looks again at what the endpoints of its targets serve: one job for each target, done by the target's agent. What was seen is in
         *     the deployments; a job ends as failed when an address serves something else, or cannot be reached.
         *
         *     Needs the permission `certificates.deploy` (roles: admin, operator).
         */
        post: operations["certificates_verify"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/certificates/{id}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The versions of a certificate, newest first
         * @description The versions of a certificate, newest first.
         *
         *     Needs the permission `certificates.read` (roles: admin, operator, viewer).
         */
        get: operations["certificates_list_versions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/certificates/anchors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Cursors all over the list, one for each `every` certificates: a page from any part of it is one request
         * @description Cursors all over the list, one for each `every` certificates: a page from any part of it is one request. What takes long
         *     to count is kept for a while; `as_of` says of when it is.
         *
         *     Needs the permission `certificates.read` (roles: admin, operator, viewer).
         */
        get: operations["certificates_anchors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/certificates/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Changes many certificates: plans it with `dry_run`, runs a plan by `plan_id`, or plans and runs at once
         * @description Changes many certificates: plans it with `dry_run`, runs a plan by `plan_id`, or plans and runs at once. A plan counts
         *     exactly what would be changed and what would be left, freezes the selection, and can be run once within 10 minutes;
         *     a run whose selection has moved since is refused.
         *
         *     Needs the permission `certificates.bulk` (roles: admin, operator).
         */
        post: operations["certificates_run"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/certificates/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All certificates that match, by id, as a file: streamed, whatever their number
         * @description All certificates that match, by id, as a file: streamed, whatever their number.
         *
         *     Needs the permission `certificates.read` (roles: admin, operator, viewer).
         */
        get: operations["certificates_export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/certificates/facets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How many of the certificates that match have which value, for each filter that has values
         * @description How many of the certificates that match have which value, for each filter that has values. To fill the menu of a filter,
         *     ask without that filter. What takes long to count is kept for a while; `as_of` says of when it is.
         *
         *     Needs the permission `certificates.read` (roles: admin, operator, viewer).
         */
        get: operations["certificates_facets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/certificates/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Brings in certificates that exist already, from PEM: managed by an external key, or found and watched only
         * @description Brings in certificates that exist already, from PEM: managed by an external key, or found and watched only. A
         *     certificate that is here already, by its fingerprint, stays as it is; one that was only watched can be claimed by
         *     importing it as managed.
         *
         *     Needs the permission `certificates.bulk` (roles: admin, operator).
         */
        post: operations["certificates_import"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/certificates/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What a new certificate would be: all checks of `POST /certificates`, and nothing is stored
         * @description What a new certificate would be: all checks of `POST /certificates`, and nothing is stored.
         *
         *     Needs the permission `certificates.create` (roles: admin, operator).
         */
        post: operations["certificates_preview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/confirmations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A page of confirmations, newest first
         * @description A page of confirmations, newest first. Who may not decide sees what they asked for themselves.
         *
         *     Any known person or program may call it.
         */
        get: operations["confirmations_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/confirmations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One confirmation, with all that follows from it
         * @description One confirmation, with all that follows from it.
         *
         *     Any known person or program may call it.
         */
        get: operations["confirmations_show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/confirmations/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take back what one has asked for oneself
         * @description Take back what one has asked for oneself
         *
         *     Any known person or program may call it.
         */
        post: operations["confirmations_cancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/confirmations/{id}/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm what somebody else has asked for: it is done at once, in their name
         * @description Who asked cannot confirm it. An API key stands for the user who made its secret. What cannot be done any more, because it is
         *     not what was asked for, is answered as `failed` with the reason.
         *
         *     Needs the permission `confirmations.decide` (roles: admin).
         */
        post: operations["confirmations_confirm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/confirmations/{id}/refuse": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Refuse what somebody else has asked for: nothing is done
         * @description Refuse what somebody else has asked for: nothing is done
         *
         *     Needs the permission `confirmations.decide` (roles: admin).
         */
        post: operations["confirmations_refuse"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dns-provider-kinds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The kinds of DNS provider
         * @description The kinds of DNS provider
         *
         *     Needs the permission `issuers.read` (roles: admin, operator, viewer).
         */
        get: operations["dns_providers_kinds"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dns-providers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A page of DNS providers
         * @description A page of DNS providers, by id. Secrets are never shown.
         *
         *     Needs the permission `issuers.read` (roles: admin, operator, viewer).
         */
        get: operations["dns_providers_list"];
        put?: never;
        /**
         * A new DNS provider
         * @description A new DNS provider, by the schema of its kind. Its secrets are sealed and never shown again.
         *
         *     Needs the permission `issuers.manage` (roles: admin).
         */
        post: operations["dns_providers_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dns-providers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One DNS provider
         * @description One DNS provider, and how it is doing. Secrets are never shown.
         *
         *     Needs the permission `issuers.read` (roles: admin, operator, viewer).
         */
        get: operations["dns_providers_show"];
        put?: never;
        post?: never;
        /**
         * Remove a DNS provider
         * @description Removes a DNS provider with its secrets.
         *
         *     Needs the permission `issuers.manage` (roles: admin).
         */
        delete: operations["dns_providers_delete"];
        options?: never;
        head?: never;
        /**
         * Change a DNS provider
         * @description Changes a DNS provider. What it has still to set or take away is done by the new configuration.
         *
         *     Needs the permission `issuers.manage` (roles: admin).
         */
        patch: operations["dns_providers_update"];
        trace?: never;
    };
    "/dns-providers/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Test a DNS provider
         * @description Really sets a TXT record at `_acme-challenge` below the name, sees it at every server of its zone, and takes it away: `open_secrets`, `find_zone`, `set`, `look`, `remove`. A provider of kind `agent` has `agent` instead of `open_secrets`: the agent polls and its policy has the provider; it sets the record by its own policy.
         *
         *     Needs the permission `issuers.manage` (roles: admin).
         */
        post: operations["dns_providers_test"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The live stream of events
         * @description Server-sent events: every event that the caller may see, as it happens. SSE `id` is the place in the stream, `event` its kind, `data`
         *     the event as JSON. `event: reset` (data: `Reset`) says that events before the ones that
         *     follow are no longer kept: what was learned from the stream has to be read anew. A comment comes every 15 seconds.
         *
         *     Any known person or program may call it.
         */
        get: operations["events_stream"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/issuer-kinds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The kinds of issuer, each with the schema of its configuration
         * @description The kinds of issuer, each with the schema of its configuration.
         *
         *     Needs the permission `issuers.read` (roles: admin, operator, viewer).
         */
        get: operations["issuers_kinds"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/issuers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A page of issuers
         * @description A page of issuers, by id.
         *
         *     Needs the permission `issuers.read` (roles: admin, operator, viewer).
         */
        get: operations["issuers_list"];
        put?: never;
        /**
         * A new issuer
         * @description A new issuer: a local CA (an issuing CA with a sealed key, below a root of its own or one that is there), or an authority outside by the schema of its kind. Its secrets are sealed and never shown again.
         *
         *     Needs the permission `issuers.manage` (roles: admin).
         */
        post: operations["issuers_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/issuers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One issuer
         * @description One issuer.
         *
         *     Needs the permission `issuers.read` (roles: admin, operator, viewer).
         */
        get: operations["issuers_show"];
        put?: never;
        post?: never;
        /**
         * Remove an issuer
         * @description Removes an issuer. Nothing cascades: what certificates refer to stays.
         *
         *     Needs the permission `issuers.manage` (roles: admin).
         */
        delete: operations["issuers_delete"];
        options?: never;
        head?: never;
        /**
         * Change an issuer
         * @description Changes an issuer: its name, or the configuration of an authority outside. Orders that are open go on by the new one.
         *
         *     Needs the permission `issuers.manage` (roles: admin).
         */
        patch: operations["issuers_update"];
        trace?: never;
    };
    "/issuers/{id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Lets an issuer take no new orders
         * @description Lets an issuer take no new orders. Jobs that would ask it wait as they are, and say so; what it signs at this moment is
         *     finished. One that takes none already stays as it is.
         *
         *     Needs the permission `issuers.manage` (roles: admin).
         */
        post: operations["issuers_pause"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/issuers/{id}/persistent-record": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The record of dns-persist-01
         * @description The TXT record that proves control of a name by dns-persist-01 (draft-ietf-acme-dns-persist), for as long as it is there: it names the authority and its account here. The operator of the name sets it once. Also for an issuer whose `challenges` do not have dns-persist-01 yet.
         *
         *     Needs the permission `issuers.manage` (roles: admin).
         */
        get: operations["issuers_persistent_record"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/issuers/{id}/replace-ca": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replace the issuing CA of an issuer
         * @description Makes the next issuing CA of a local CA, below the same root: new certificates are signed by it from now on. The one before drains: its certificates stay valid, can be revoked, and its lists and OCSP answers go on until all of them have ended; then its key is deleted.
         *
         *     Needs the permission `issuers.manage` (roles: admin).
         */
        post: operations["issuers_replace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/issuers/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Lets an issuer take orders again: what has waited for it runs at once
         * @description Lets an issuer take orders again: what has waited for it runs at once.
         *
         *     Needs the permission `issuers.manage` (roles: admin).
         */
        post: operations["issuers_resume"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/issuers/{id}/roll-key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replace the key of an account
         * @description Replaces the key of the account at an ACME server (RFC 8555, section 7.3.5). Orders that are open go on. After a failure or a crash it may be repeated: the new key stays the same until the server knows it.
         *
         *     Needs the permission `issuers.manage` (roles: admin).
         */
        post: operations["issuers_roll_key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/issuers/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A local CA signs a throw-away certificate in memory and checks its chain
         * @description A local CA signs a throw-away certificate in memory and checks its chain; an authority outside is asked step by step, as far as
         *     that issues nothing. Nothing of it is kept.
         *
         *     Needs the permission `issuers.manage` (roles: admin).
         */
        post: operations["issuers_test"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A page of jobs, newest first unless `sort` says otherwise
         * @description A page of jobs, newest first unless `sort` says otherwise.
         *
         *     Needs the permission `jobs.read` (roles: admin, operator, viewer).
         */
        get: operations["jobs_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One job with its log of steps
         * @description One job with its log of steps.
         *
         *     Needs the permission `jobs.read` (roles: admin, operator, viewer).
         */
        get: operations["jobs_show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{id}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Approve an issuance or renewal: the job goes on
         * @description Approve an issuance or renewal: the job goes on. Who asked for it cannot approve it.
         *
         *     Needs the permission `jobs.approve` (roles: admin, operator).
         */
        post: operations["approvals_approve"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Calls a job off: it is not done, and not tried again
         * @description Calls a job off: it is not done, and not tried again.
         *
         *     Needs the permission `jobs.operate` (roles: admin, operator).
         */
        post: operations["jobs_cancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{id}/reject": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reject an issuance or renewal: the job ends with this reason
         * @description Reject an issuance or renewal: the job ends with this reason.
         *
         *     Needs the permission `jobs.approve` (roles: admin, operator).
         */
        post: operations["approvals_reject"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Starts another round of a failed job, with all its tries
         * @description Starts another round of a failed job, with all its tries.
         *
         *     Needs the permission `jobs.operate` (roles: admin, operator).
         */
        post: operations["jobs_retry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/anchors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Cursors all over the list, one for each `every` jobs: a page from any part of it is one request
         * @description Cursors all over the list, one for each `every` jobs: a page from any part of it is one request. What takes long to count
         *     is kept for a while; `as_of` says of when it is.
         *
         *     Needs the permission `jobs.read` (roles: admin, operator, viewer).
         */
        get: operations["jobs_anchors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All jobs that match, newest first, as a file: streamed, whatever their number
         * @description All jobs that match, newest first, as a file: streamed, whatever their number.
         *
         *     Needs the permission `jobs.read` (roles: admin, operator, viewer).
         */
        get: operations["jobs_export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/facets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How many of the jobs that match have which state and kind
         * @description How many of the jobs that match have which state and kind. To fill the menu of a filter, ask without that filter. What
         *     takes long to count is kept for a while; `as_of` says of when it is.
         *
         *     Needs the permission `jobs.read` (roles: admin, operator, viewer).
         */
        get: operations["jobs_facets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Starts another round of many failed jobs, named or found by a filter
         * @description Starts another round of many failed jobs, named or found by a filter. Each stands for itself: what is refused does not
         *     stop the others, and is answered with its cause.
         *
         *     Needs the permission `jobs.operate` (roles: admin, operator).
         */
        post: operations["jobs_retry_many"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/needs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What needs a person
         * @description One entry for each cause, with all that it touches, ranked by the time to its impact, then by how much it touches. A certificate is counted where its first cause is: its host being out of reach, then its issuer not answering, then what is wrong with itself. At a million certificates the counts may be some seconds old: `as_of` says of which moment they are.
         *
         *     Needs the permission `certificates.read` (roles: admin, operator, viewer).
         */
        get: operations["needs_find"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/needs/snooze": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Hide a need for a while
         * @description It is counted as hidden, and comes back by itself: after `for_seconds`, or with `until_change` as soon as it touches more or less than now or becomes more urgent. Others see it as before.
         *
         *     Needs the permission `certificates.read` (roles: admin, operator, viewer).
         */
        post: operations["needs_snooze"];
        /**
         * Show a hidden need again
         * @description Show a hidden need again
         *
         *     Needs the permission `certificates.read` (roles: admin, operator, viewer).
         */
        delete: operations["needs_wake"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/notifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A page of notifications
         * @description A page of notifications, the latest first, each with its deliveries. Dead letters: `state=dead`.
         *
         *     Needs the permission `notifications.read` (roles: admin, operator, viewer).
         */
        get: operations["notifications_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/notifications/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One notification
         * @description One notification with its deliveries.
         *
         *     Needs the permission `notifications.read` (roles: admin, operator, viewer).
         */
        get: operations["notifications_show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/notifications/{id}/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Mark a notification as read
         * @description Marks it as read, for everybody; one that was read before stays as it is.
         *
         *     Needs the permission `notifications.operate` (roles: admin, operator).
         */
        post: operations["notifications_read"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/notifications/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a notification again
         * @description Tries again at once what failed or was given up, and looks anew for a receiver where there was none. What was sent is not sent again.
         *
         *     Needs the permission `notifications.operate` (roles: admin, operator).
         */
        post: operations["notifications_retry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/notifications/read-all": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Mark all notifications as read
         * @description Marks every notification that the caller may see as read, for everybody, up to 100,000 in one call; `more` says whether to call again.
         *
         *     Needs the permission `notifications.operate` (roles: admin, operator).
         */
        post: operations["notifications_read_all"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/notifier-kinds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The kinds of notifier, each with the schema of its configuration
         * @description The kinds of notifier, each with the schema of its configuration.
         *
         *     Needs the permission `notifiers.read` (roles: admin, operator, viewer).
         */
        get: operations["notifiers_kinds"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/notifiers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A page of notifiers
         * @description A page of notifiers, by id. Secrets are never shown.
         *
         *     Needs the permission `notifiers.read` (roles: admin, operator, viewer).
         */
        get: operations["notifiers_list"];
        put?: never;
        /**
         * A new notifier
         * @description A new channel, by the schema of its kind. Its secrets are sealed and never shown again.
         *
         *     Needs the permission `notifiers.manage` (roles: admin).
         */
        post: operations["notifiers_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/notifiers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One notifier
         * @description One notifier, and how it is doing. Secrets are never shown.
         *
         *     Needs the permission `notifiers.read` (roles: admin, operator, viewer).
         */
        get: operations["notifiers_show"];
        put?: never;
        post?: never;
        /**
         * Remove a notifier
         * @description Removes a notifier with its secrets. What waits for it is undeliverable; what it has sent stays on record.
         *
         *     Needs the permission `notifiers.manage` (roles: admin).
         */
        delete: operations["notifiers_delete"];
        options?: never;
        head?: never;
        /**
         * Change a notifier
         * @description Changes a notifier. Switched off, it is told of nothing, and what waits for it is undeliverable.
         *
         *     Needs the permission `notifiers.manage` (roles: admin).
         */
        patch: operations["notifiers_update"];
        trace?: never;
    };
    "/notifiers/{id}/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try the texts of a notifier
         * @description A message as the notifier would send it, with an alert or a made-up one. Nothing is stored or sent.
         *
         *     Needs the permission `notifiers.manage` (roles: admin).
         */
        post: operations["notifiers_preview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/notifiers/{id}/template": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The texts of a notifier
         * @description The templates of its messages: its own where it has some, the built-in ones elsewhere.
         *
         *     Needs the permission `notifiers.read` (roles: admin, operator, viewer).
         */
        get: operations["notifiers_template"];
        /**
         * Change the texts of a notifier
         * @description Takes the place of its own texts as a whole: an absent part is the built-in one. They are tried before they are stored; `errors` names the part and the line.
         *
         *     Needs the permission `notifiers.manage` (roles: admin).
         */
        put: operations["notifiers_put_template"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/notifiers/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Test a notifier
         * @description Really sends a message to its receivers, and says what each step found: `open_secrets`, `write`, `resolve`, `connect`, `send`. For a notifier that writes to owners only, the last step is left out.
         *
         *     Needs the permission `notifiers.manage` (roles: admin).
         */
        post: operations["notifiers_test"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * This document
         * @description The OpenAPI 3.1 document of this server; `/api/docs` shows it as a page.
         *
         *     Anybody may call it.
         */
        get: operations["health_openapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A page of operations, newest first
         * @description A page of operations, newest first.
         *
         *     Needs the permission `certificates.read` (roles: admin, operator, viewer).
         */
        get: operations["operations_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One operation with its progress
         * @description One operation with its progress.
         *
         *     Needs the permission `certificates.read` (roles: admin, operator, viewer).
         */
        get: operations["operations_show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operations/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Calls a running operation off: what was done stays done
         * @description Calls a running operation off: what was done stays done.
         *
         *     Needs the permission `certificates.bulk` (roles: admin, operator).
         */
        post: operations["operations_cancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operations/{id}/items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What became of each certificate that was seen to, by id
         * @description What became of each certificate that was seen to, by id.
         *
         *     Needs the permission `certificates.read` (roles: admin, operator, viewer).
         */
        get: operations["operations_list_items"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operations/{id}/retry-failed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Does the same to the certificates that failed, as a new operation
         * @description Does the same to the certificates that failed, as a new operation.
         *
         *     Needs the permission `certificates.bulk` (roles: admin, operator).
         */
        post: operations["operations_retry_failed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/owners": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A page of owners
         * @description A page of owners, by id.
         *
         *     Needs the permission `config.read` (roles: admin, operator, viewer).
         */
        get: operations["owners_list"];
        put?: never;
        /**
         * A new owner
         * @description A new owner: who answers for certificates, and where alerts go.
         *
         *     Needs the permission `config.manage` (roles: admin).
         */
        post: operations["owners_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/owners/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One owner
         * @description One owner.
         *
         *     Needs the permission `config.read` (roles: admin, operator, viewer).
         */
        get: operations["owners_show"];
        put?: never;
        post?: never;
        /**
         * Remove an owner
         * @description Removes an owner. Nothing cascades: what certificates refer to stays.
         *
         *     Needs the permission `config.manage` (roles: admin).
         */
        delete: operations["owners_delete"];
        options?: never;
        head?: never;
        /**
         * Change an owner
         * @description Changes an owner; null or an empty e-mail address removes it.
         *
         *     Needs the permission `config.manage` (roles: admin).
         */
        patch: operations["owners_update"];
        trace?: never;
    };
    "/people": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A page of those who sign in and are not kept out, by id: their names and nothing else, for who may give them something
         * @description A page of those who sign in and are not kept out, by id: their names and nothing else, for who may give them something.
         *
         *     Needs the permission `alerts.operate` (roles: admin, operator).
         */
        get: operations["users_people"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/policies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A page of policy rules
         * @description A page of policy rules, by id.
         *
         *     Needs the permission `policies.read` (roles: admin, operator, viewer).
         */
        get: operations["policies_list"];
        put?: never;
        /**
         * A new policy rule
         * @description A new policy rule. It is held against the whole inventory within moments, page by page, and against every write and issuance from now on.
         *
         *     Needs the permission `policies.manage` (roles: admin).
         */
        post: operations["policies_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/policies/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One policy rule
         * @description One policy rule.
         *
         *     Needs the permission `policies.read` (roles: admin, operator, viewer).
         */
        get: operations["policies_show"];
        put?: never;
        post?: never;
        /**
         * Remove a policy rule
         * @description Removes a policy rule. Nothing cascades: what certificates refer to stays.
         *
         *     Needs the permission `policies.manage` (roles: admin).
         */
        delete: operations["policies_delete"];
        options?: never;
        head?: never;
        /**
         * Change a policy rule
         * @description Changes a policy rule, and holds it against the whole inventory anew; the kind stays.
         *
         *     Needs the permission `policies.manage` (roles: admin).
         */
        patch: operations["policies_update"];
        trace?: never;
    };
    "/policies/{id}/violations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A page of the violations of a policy rule
         * @description A page of what breaks one policy rule, the latest first: open ones, unless closed ones are asked for.
         *
         *     Needs the permission `policies.read` (roles: admin, operator, viewer).
         */
        get: operations["policies_violations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/policies/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What a policy rule would hit
         * @description Holds a rule that is not stored against the certificates that the caller may see, by the code of the real thing. Up to 100,000 certificates or five seconds; beyond that the counts are those of the part that was looked at, and `approximate` says so.
         *
         *     Needs the permission `policies.read` (roles: admin, operator, viewer).
         */
        post: operations["policies_try_out"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/policy-kinds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The kinds of policy rules
         * @description The kinds of policy rules, each with the JSON Schema of its parameters.
         *
         *     Needs the permission `policies.read` (roles: admin, operator, viewer).
         */
        get: operations["policies_kinds"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/preferences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the caller's dashboard remembers
         * @description What the caller's dashboard remembers. Nothing in it changes what the server does.
         *
         *     Any known person or program may call it.
         */
        get: operations["views_show_preferences"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Changes what the caller's dashboard remembers (JSON merge patch)
         * @description Changes what the caller's dashboard remembers (JSON merge patch).
         *
         *     Any known person or program may call it.
         */
        patch: operations["views_update_preferences"];
        trace?: never;
    };
    "/profiles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A page of profiles
         * @description A page of profiles, by id.
         *
         *     Needs the permission `config.read` (roles: admin, operator, viewer).
         */
        get: operations["profiles_list"];
        put?: never;
        /**
         * A new profile
         * @description A new profile: what may be issued. Limits that are not given are those of the default profile.
         *
         *     Needs the permission `config.manage` (roles: admin).
         */
        post: operations["profiles_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/profiles/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One profile
         * @description One profile.
         *
         *     Needs the permission `config.read` (roles: admin, operator, viewer).
         */
        get: operations["profiles_show"];
        put?: never;
        post?: never;
        /**
         * Remove a profile
         * @description Removes a profile. Nothing cascades: what certificates refer to stays.
         *
         *     Needs the permission `config.manage` (roles: admin).
         */
        delete: operations["profiles_delete"];
        options?: never;
        head?: never;
        /**
         * Change a profile
         * @description Changes a profile. Issued certificates stay; the next issuance is held against the new limits.
         *
         *     Needs the permission `config.manage` (roles: admin).
         */
        patch: operations["profiles_update"];
        trace?: never;
    };
    "/profiles/{id}/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What a change of a profile would lead to
         * @description Counts, by the code of the real thing and without storing anything, which of the caller's certificates a change of a profile would no longer let be issued or renewed, and by which limit. Up to 100,000 certificates or five seconds; beyond that `approximate` says that the counts are those of a part.
         *
         *     Needs the permission `config.read` (roles: admin, operator, viewer).
         */
        post: operations["profiles_preview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/renewal-policies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A page of renewal policies
         * @description A page of renewal policies, by id.
         *
         *     Needs the permission `config.read` (roles: admin, operator, viewer).
         */
        get: operations["renewal_policies_list"];
        put?: never;
        /**
         * A new renewal policy
         * @description A new renewal policy: when certificates are renewed and how often it is tried.
         *
         *     Needs the permission `config.manage` (roles: admin).
         */
        post: operations["renewal_policies_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/renewal-policies/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One renewal policy
         * @description One renewal policy.
         *
         *     Needs the permission `config.read` (roles: admin, operator, viewer).
         */
        get: operations["renewal_policies_show"];
        put?: never;
        post?: never;
        /**
         * Remove a renewal policy
         * @description Removes a renewal policy. Nothing cascades: what certificates refer to stays.
         *
         *     Needs the permission `config.manage` (roles: admin).
         */
        delete: operations["renewal_policies_delete"];
        options?: never;
        head?: never;
        /**
         * Change a renewal policy
         * @description Changes a renewal policy; the renewal points of its certificates follow within moments, page by page.
         *
         *     Needs the permission `config.manage` (roles: admin).
         */
        patch: operations["renewal_policies_update"];
        trace?: never;
    };
    "/renewal-policies/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What a change of a renewal policy would lead to
         * @description Counts, by the code of the real thing and without storing anything, which of the caller's certificates a change of a renewal policy would move, what would be due at once and which alerts would begin. Up to 100,000 certificates or five seconds; beyond that `approximate` says that the counts are those of a part.
         *
         *     Needs the permission `config.read` (roles: admin, operator, viewer).
         */
        post: operations["renewal_policies_preview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/revocations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A page of revocations, newest first
         * @description A page of revocations, newest first.
         *
         *     Needs the permission `certificates.read` (roles: admin, operator, viewer).
         */
        get: operations["revocations_list"];
        put?: never;
        /**
         * Revoke what is found
         * @description By the serial of an issuer, by the fingerprint of a certificate, by a public key (every certificate of it), or by a
         *     version: exactly one of them. A serial that is not known here is revoked too, at once, when its issuer is a local CA.
         *
         *     Needs the permission `certificates.revoke` (roles: admin, operator).
         */
        post: operations["revocations_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/revocations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One revocation
         * @description One revocation.
         *
         *     Needs the permission `certificates.read` (roles: admin, operator, viewer).
         */
        get: operations["revocations_show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/revocations/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Call off a revocation that waits for what takes its place
         * @description The renewal goes on.
         *
         *     Needs the permission `certificates.revoke` (roles: admin, operator).
         */
        post: operations["revocations_cancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/roles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The roles, and what each may do
         * @description The roles, and what each may do.
         *
         *     Any known person or program may call it.
         */
        get: operations["auth_roles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Anything by any handle: certificates, targets, agents, issuers, owners, teams, profiles, policies, jobs, requests
         * @description Anything by any handle: certificates, targets, agents, issuers, owners, teams, profiles, policies, jobs, requests.
         *
         *     Any known person or program may call it.
         */
        get: operations["search_find"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A page of sessions that have not ended: one's own, or for who manages users everybody's
         * @description A page of sessions that have not ended: one's own, or for who manages users everybody's.
         *
         *     Any known person or program may call it.
         */
        get: operations["sessions_list"];
        put?: never;
        post?: never;
        /**
         * Ends all sessions at once: one's own with the present one, or for who manages users those of a user or of everybody
         * @description Ends all sessions at once: one's own with the present one, or for who manages users those of a user or of everybody.
         *
         *     Any known person or program may call it.
         */
        delete: operations["sessions_end_all"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Ends one session at once
         * @description Ends one session at once.
         *
         *     Any known person or program may call it.
         */
        delete: operations["sessions_end"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stats/expiry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Ends or renewals by day or hour
         * @description How many certificates end, or are to be renewed, on each day from today on, or in each of the next `hours`, and how many of those are at risk: failing, not verified live, or waiting for somebody.
         *
         *     Needs the permission `certificates.read` (roles: admin, operator, viewer).
         */
        get: operations["stats_expiry"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stats/fleet": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The fleet in numbers
         * @description Agents that are not retired, by health, state, version, platform and environment.
         *
         *     Needs the permission `certificates.read` (roles: admin, operator, viewer).
         */
        get: operations["stats_fleet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stats/issuance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What each issuer signed
         * @description How many versions each issuer signed in each week, from Monday on, in UTC.
         *
         *     Needs the permission `certificates.read` (roles: admin, operator, viewer).
         */
        get: operations["stats_issuance"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stats/renewals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How renewals went
         * @description Issuances and renewals that were stored, needed one try, or were given up, for each day in UTC.
         *
         *     Needs the permission `certificates.read` (roles: admin, operator, viewer).
         */
        get: operations["stats_renewals"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stats/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The inventory in a few numbers
         * @description Certificates by condition and agents heard from, each with its last ten days and the list that shows exactly what it counts. At a million certificates the counts may be some seconds old: `as_of` says of which moment they are.
         *
         *     Needs the permission `certificates.read` (roles: admin, operator, viewer).
         */
        get: operations["stats_summary"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/system": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the server runs on: version, store and schema, log level, its own certificates, its last backup
         * @description What the server runs on: version, store and schema, log level, its own certificates, its last backup.
         *
         *     Needs the permission `config.read` (roles: admin, operator, viewer).
         */
        get: operations["health_show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A page of tags, in their order, each with the number of certificates that have it
         * @description A page of tags, in their order, each with the number of certificates that have it. What takes long to count is kept for
         *     a while.
         *
         *     Needs the permission `certificates.read` (roles: admin, operator, viewer).
         */
        get: operations["tags_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/target-kinds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The kinds of target, each with the schema of its configuration
         * @description The kinds of target, each with the schema of its configuration.
         *
         *     Needs the permission `targets.read` (roles: admin, operator, viewer).
         */
        get: operations["targets_kinds"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/target-tests/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One test of a target, as far as it is
         * @description One test of a target, as far as it is.
         *
         *     Needs the permission `targets.read` (roles: admin, operator, viewer).
         */
        get: operations["targets_show_test"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/targets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A page of targets
         * @description A page of targets, by id unless `sort` says otherwise.
         *
         *     Needs the permission `targets.read` (roles: admin, operator, viewer).
         */
        get: operations["targets_list"];
        put?: never;
        /**
         * A new target
         * @description A new target: a place that an agent deploys to. `config` is read by the schema of its kind (`GET /target-kinds`).
         *
         *     Needs the permission `targets.manage` (roles: admin, operator).
         */
        post: operations["targets_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/targets/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One target
         * @description One target.
         *
         *     Needs the permission `targets.read` (roles: admin, operator, viewer).
         */
        get: operations["targets_show"];
        put?: never;
        post?: never;
        /**
         * Remove a target
         * @description Removes a target. Nothing cascades: what certificates refer to stays.
         *
         *     Needs the permission `targets.manage` (roles: admin, operator).
         */
        delete: operations["targets_delete"];
        options?: never;
        head?: never;
        /**
         * Change a target
         * @description Changes a target. A changed configuration starts a deployment of what the target serves.
         *
         *     Needs the permission `targets.manage` (roles: admin, operator).
         */
        patch: operations["targets_update"];
        trace?: never;
    };
    "/targets/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Test a target
         * @description Its agent carries the checks out, in their order, within two minutes: it answers, its host's policy allows the target, the
         *     paths can be written, the service accepts its configuration, a reload is possible, the endpoints answer, and a test
         *     certificate can be laid beside the real files and removed again. Nothing that a service reads is changed, and nothing is
         *     reloaded. Each check that ends is an event `target_test.progress`, the end an event `target_test.end`.
         *
         *     Needs the permission `targets.manage` (roles: admin, operator).
         */
        post: operations["targets_test"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/targets/{id}/tests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The last tests of a target, the newest first: 20 at most, kept for a week
         * @description The last tests of a target, the newest first: 20 at most, kept for a week.
         *
         *     Needs the permission `targets.read` (roles: admin, operator, viewer).
         */
        get: operations["targets_list_tests"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/targets/anchors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Cursors all over the list, one for each `every` targets: a page from any part of it is one request
         * @description Cursors all over the list, one for each `every` targets: a page from any part of it is one request. What takes long
         *     to count is kept for a while; `as_of` says of when it is.
         *
         *     Needs the permission `targets.read` (roles: admin, operator, viewer).
         */
        get: operations["targets_anchors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/targets/facets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How many of the targets that match have which kind, agent, environment and last test
         * @description How many of the targets that match have which kind, agent, environment and last test. To fill the menu of a filter,
         *     ask without that filter. What takes long to count is kept for a while; `as_of` says of when it is.
         *
         *     Needs the permission `targets.read` (roles: admin, operator, viewer).
         */
        get: operations["targets_facets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/targets/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Test a target before it is saved
         * @description As `POST /targets/{id}/test`, for a configuration that is not a target yet. A target that is made with the same agent,
         *     kind and configuration within the hour has this as its last test.
         *
         *     Needs the permission `targets.manage` (roles: admin, operator).
         */
        post: operations["targets_test_draft"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/teams": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A page of teams
         * @description A page of teams, by id.
         *
         *     Needs the permission `config.read` (roles: admin, operator, viewer).
         */
        get: operations["teams_list"];
        put?: never;
        /**
         * A new team
         * @description A new team: whom certificates belong to.
         *
         *     Needs the permission `config.manage` (roles: admin).
         */
        post: operations["teams_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/teams/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One team
         * @description One team.
         *
         *     Needs the permission `config.read` (roles: admin, operator, viewer).
         */
        get: operations["teams_show"];
        put?: never;
        post?: never;
        /**
         * Remove a team
         * @description Removes a team. Nothing cascades: what certificates refer to stays.
         *
         *     Needs the permission `config.manage` (roles: admin).
         */
        delete: operations["teams_delete"];
        options?: never;
        head?: never;
        /**
         * Change a team
         * @description Changes a team.
         *
         *     Needs the permission `config.manage` (roles: admin).
         */
        patch: operations["teams_update"];
        trace?: never;
    };
    "/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A page of users, by id
         * @description A page of users, by id.
         *
         *     Needs the permission `users.manage` (roles: admin).
         */
        get: operations["users_list"];
        put?: never;
        /**
         * A new user, who signs in with a user name and a password
         * @description A new user, who signs in with a user name and a password.
         *
         *     Needs the permission `users.manage` (roles: admin).
         */
        post: operations["users_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One user
         * @description One user.
         *
         *     Needs the permission `users.manage` (roles: admin).
         */
        get: operations["users_show"];
        put?: never;
        post?: never;
        /**
         * Removes a user with its sessions, preferences and own views
         * @description Removes a user with its sessions, preferences and own views. The audit trail keeps what it did.
         *
         *     Needs the permission `users.manage` (roles: admin).
         */
        delete: operations["users_delete"];
        options?: never;
        head?: never;
        /**
         * Changes a user (JSON merge patch): name, address, role, scope, or whether it is kept out
         * @description Changes a user (JSON merge patch): name, address, role, scope, or whether it is kept out. What it may do from now on
         *     follows at once; a user who is disabled has no session any more.
         *
         *     Needs the permission `users.manage` (roles: admin).
         */
        patch: operations["users_update"];
        trace?: never;
    };
    "/users/{id}/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Another password for a user, whose sessions end thereby
         * @description Another password for a user, whose sessions end thereby. One's own needs the old one; who manages users needs none.
         *
         *     Any known person or program may call it.
         */
        post: operations["users_set_password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/version": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Release and API version
         * @description Release and API version.
         *
         *     Anybody may call it.
         */
        get: operations["health_version"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/views": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A page of the views that the caller sees: its own, and those of teams within its scope, in their order
         * @description A page of the views that the caller sees: its own, and those of teams within its scope, in their order.
         *
         *     Any known person or program may call it.
         */
        get: operations["views_list"];
        put?: never;
        /**
         * A new view: of one's own, or of a team
         * @description A new view: of one's own, or of a team.
         *
         *     Any known person or program may call it.
         */
        post: operations["views_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/views/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One view
         * @description One view.
         *
         *     Any known person or program may call it.
         */
        get: operations["views_show"];
        put?: never;
        post?: never;
        /**
         * Removes a view
         * @description Removes a view.
         *
         *     Any known person or program may call it.
         */
        delete: operations["views_delete"];
        options?: never;
        head?: never;
        /**
         * Changes a view (JSON merge patch)
         * @description Changes a view (JSON merge patch).
         *
         *     Any known person or program may call it.
         */
        patch: operations["views_update"];
        trace?: never;
    };
    "/violations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A page of violations
         * @description A page of what breaks policy rules, the latest first: open ones, unless something else is asked for.
         *
         *     Needs the permission `policies.read` (roles: admin, operator, viewer).
         */
        get: operations["violations_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/violations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One violation
         * @description One violation.
         *
         *     Needs the permission `policies.read` (roles: admin, operator, viewer).
         */
        get: operations["violations_show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description What became of a CSR or a report. */
        Accepted: {
            /** @description The job's state now. */
            state: components["schemas"]["JobState"];
        };
        /** @description The access rules of this installation. */
        AccessRules: {
            /**
             * Format: int64
             * @description How many people could confirm what the caller asks for: admins that can sign in, without the caller.
             */
            confirmers: number;
            /**
             * @description Whether what cannot be taken back needs a second person: revoking a selection of certificates, replacing a CA,
             *     making an admin, and switching this off.
             */
            two_people: boolean;
        };
        /** @description What is said with an acknowledgement. */
        AcknowledgeAlert: {
            /** @description For those who come after, and for the audit trail. */
            reason?: string | null;
        };
        /** @description Which alerts to acknowledge: these ids, or those that match the filters of the list. */
        AcknowledgeAlerts: {
            /** @description Filters of `GET /alerts` by name, each with its text; only open alerts are taken, at most 500 at once. */
            filter?: {
                [key: string]: string;
            } | null;
            /** @description These, at most 500. */
            ids?: components["schemas"]["AlertId"][] | null;
            /** @description For those who come after, and for the audit trail. */
            reason?: string | null;
        };
        /** @description The one who caused a change or was refused one. */
        Actor: {
            /** @description A person or program with an API key. */
            id: components["schemas"]["APIKeyId"];
            /** @enum {string} */
            kind: "api_key";
        } | {
            /** @description A person who signed in with a user name and password. */
            id: components["schemas"]["UserId"];
            /** @enum {string} */
            kind: "user";
        } | {
            /** @description An enrolled agent, known by its client certificate. */
            id: components["schemas"]["AgentId"];
            /** @enum {string} */
            kind: "agent";
        } | {
            /** @description A task of the control plane, by its name. */
            id: string;
            /** @enum {string} */
            kind: "system";
        } | {
            /** @enum {string} */
            kind: "local";
        } | {
            /** @enum {string} */
            kind: "anonymous";
        };
        /** @description An enrolled agent. */
        Agent: {
            /**
             * @description What its program can do beyond what the first ones could: `verify` (look again at live endpoints); absent when it
             *     has not polled yet.
             */
            abilities?: string[] | null;
            /** @description Target kinds, and kinds of proofs of control, that its local policy allows. */
            capabilities: string[];
            /**
             * Format: int64
             * @description Certificates whose key it holds.
             */
            certificates: number;
            /** @description When it joined. */
            created_at: components["schemas"]["Time"];
            /** @description DNS providers of its local policy: a DNS provider of kind `agent` names one of them. */
            dns_providers: components["schemas"]["AgentDnsProvider"][];
            /** @description Such as `production`. */
            environment?: string | null;
            /** @description Whether it is heard from. */
            health: components["schemas"]["AgentHealth"];
            /**
             * @description Whether it was heard from in the last 24 hours, span by span, the oldest first, as the control plane saw it; given
             *     with one agent, absent in lists.
             */
            health_spans?: components["schemas"]["HealthSpan"][] | null;
            /** @description Id. */
            id: components["schemas"]["AgentId"];
            /** @description The end of its identity certificate. */
            identity_not_after: components["schemas"]["Time"];
            last_seen_at?: components["schemas"]["Time"] | null;
            /** @description A name for people, 1 to 200 letters. */
            name: string;
            next_renewal_at?: components["schemas"]["Time"] | null;
            /** @description Such as `linux/x86_64`. */
            platform?: string | null;
            /**
             * Format: int64
             * @description Counts changes; the `ETag`.
             */
            revision: number;
            /** @description Whether it belongs to the fleet. */
            state: components["schemas"]["AgentState"];
            /**
             * Format: int64
             * @description Targets that it serves.
             */
            targets: number;
            /** @description When it was last changed. */
            updated_at: components["schemas"]["Time"];
            /** @description Its program's version. */
            version?: string | null;
        };
        /** @description A DNS provider of an agent's local policy; its credentials stay on the host. */
        AgentDnsProvider: {
            /** @description What it is, such as `rfc2136`. */
            kind: string;
            /** @description Its name there. */
            name: string;
            /** @description Records are set at these names and below them only. */
            zones: string[];
        };
        /**
         * @description Whether the agent is heard from.
         * @enum {string}
         */
        AgentHealth: "online" | "late" | "offline";
        /** @description The id of a agent */
        AgentId: string;
        /**
         * @description Whether the agent belongs to the fleet.
         * @enum {string}
         */
        AgentState: "active" | "quarantined" | "retired";
        /** @description Something that deserves a person's eye. It is opened and closed by what certctl sees; nobody closes it by hand. */
        Alert: {
            acknowledged_at?: components["schemas"]["Time"] | null;
            /** @description Who. */
            acknowledged_by?: string | null;
            agent_id?: components["schemas"]["AgentId"] | null;
            assigned_at?: components["schemas"]["Time"] | null;
            assigned_to?: components["schemas"]["UserId"] | null;
            /** @description What they are called; absent when they are gone. */
            assigned_to_name?: string | null;
            /** @description Why, for a person. */
            cause: string;
            certificate_id?: components["schemas"]["CertificateId"] | null;
            /** @description When it last changed. */
            changed_at: components["schemas"]["Time"];
            closed_at?: components["schemas"]["Time"] | null;
            /** @description How it ended. */
            closed_because?: string | null;
            /** @description Why, for a program: with `params` it makes the sentence in any language. */
            code: string;
            /**
             * Format: int64
             * @description How often it began or changed.
             */
            count: number;
            /** @description What makes it the same alert: at most one with this key is not closed. Channels that know such a key get it too. */
            dedup_key: string;
            /** @description The environment when it was found. */
            environment?: string | null;
            escalated_at?: components["schemas"]["Time"] | null;
            /** @description Which group of its rule's matches it stands for, such as `issuer=iss-local`; empty when the rule has no groups. */
            group_key?: string | null;
            /** @description Id. */
            id: components["schemas"]["AlertId"];
            issuer_id?: components["schemas"]["IssuerId"] | null;
            /** @description What it is about. */
            kind: components["schemas"]["AlertKind"];
            /** @description When it was last found to be so; written every few minutes. */
            last_seen_at: components["schemas"]["Time"];
            /**
             * Format: int64
             * @description How many objects it covers: 1, or as many as match in its group.
             */
            members: number;
            /** @description What was said with the last acknowledgement or snooze. */
            note?: string | null;
            /** @description Which object. */
            object_id: string;
            /** @description Kind of object, such as `certificate`, `job`, `agent`, `issuer`. */
            object_kind: string;
            /** @description When it began. */
            opened_at: components["schemas"]["Time"];
            owner_id?: components["schemas"]["OwnerId"] | null;
            /** @description The facts of it, by name. */
            params: Record<string, never>;
            /**
             * Format: int64
             * @description Counts changes.
             */
            revision: number;
            rule_id?: components["schemas"]["AlertRuleId"] | null;
            /** @description How urgent it is. */
            severity: components["schemas"]["AlertSeverity"];
            snoozed_until?: components["schemas"]["Time"] | null;
            /** @description Quiet until it changes. */
            snoozed_until_change: boolean;
            /** @description Where it is. */
            state: components["schemas"]["AlertState"];
            team_id?: components["schemas"]["TeamId"] | null;
            /** @description One line for a person. */
            title: string;
            told_at?: components["schemas"]["Time"] | null;
        };
        /** @description The id of a alert */
        AlertId: string;
        /**
         * @description What an alert is about.
         * @enum {string}
         */
        AlertKind: "certificate_expiring" | "renewal_failing" | "job_stuck" | "not_verified_live" | "agent_offline" | "issuer_unreachable" | "own_certificate_expiring" | "backup_overdue" | "notification_dead" | "rule";
        /** @description An alert rule: what matches its conditions is an alert, for as long as it does. */
        AlertRule: {
            /** @description Filters of the subject's list, by name; an object matches when all filters of one of them let it through. */
            conditions: {
                [key: string]: string;
            }[];
            /** @description When it was made. */
            created_at: components["schemas"]["Time"];
            /** @description Whether it is looked at. */
            enabled: boolean;
            /** @description Why it could not be looked at. */
            error?: string | null;
            escalation?: components["schemas"]["Escalation"] | null;
            evaluated_at?: components["schemas"]["Time"] | null;
            /**
             * Format: int64
             * @description How long a group has to match before it is an alert.
             */
            for_seconds: number;
            /** @description Which matches are one alert, with their number. */
            group_by: components["schemas"]["RuleGroup"];
            /**
             * Format: int64
             * @description In how many groups.
             */
            groups: number;
            /** @description Id. */
            id: components["schemas"]["AlertRuleId"];
            /**
             * Format: int64
             * @description How many objects matched then.
             */
            matches: number;
            /** @description A name for people; the alerts' titles begin with it. */
            name: string;
            quiet_hours?: components["schemas"]["QuietHours"] | null;
            /**
             * Format: int64
             * @description Remind after so many seconds, while nobody has acknowledged it; never when absent.
             */
            repeat_seconds?: number | null;
            /**
             * Format: int64
             * @description Counts changes; the `ETag`.
             */
            revision: number;
            /** @description How urgent its alerts are. */
            severity: components["schemas"]["AlertSeverity"];
            /** @description What it looks at. */
            subject: components["schemas"]["RuleSubject"];
            /** @description When it was last changed. */
            updated_at: components["schemas"]["Time"];
        };
        /** @description The id of a alert rule */
        AlertRuleId: string;
        /** @description What a rule finds now, and would have found in the last 30 days. Nothing was done or sent. */
        AlertRulePreview: {
            /**
             * Format: int64
             * @description In how many groups: so many messages.
             */
            groups: number;
            held_until?: components["schemas"]["Time"] | null;
            /** @description The first that match, the earliest end or beginning first, at most 20. */
            items: components["schemas"]["PreviewMatch"][];
            /**
             * Format: int64
             * @description How many objects match now.
             */
            matches: number;
            /** @description What would be said of the first groups, at most 20. */
            messages: components["schemas"]["PreviewMessage"][];
            /** @description The last 30 days. */
            past: components["schemas"]["PreviewPast"];
            /** @description What is likely not wanted, such as more messages than people read. */
            warnings: string[];
        };
        /** @description What became of many alerts. */
        AlertsAcknowledged: {
            /**
             * Format: int64
             * @description How many were acknowledged.
             */
            acknowledged: number;
            /** @description Whether there are more that match: call again. */
            more: boolean;
        };
        /**
         * @description How urgent an alert is.
         * @enum {string}
         */
        AlertSeverity: "info" | "warning" | "critical";
        /**
         * @description Where an alert is.
         * @enum {string}
         */
        AlertState: "open" | "acknowledged" | "snoozed" | "closed";
        /** @description That the process answers. */
        Alive: {
            /** @description `ok`. */
            status: string;
        };
        /** @description Places all over a list: a page from any of them is one look into an index. */
        Anchors: {
            /** @description Each the `cursor` of the page that begins behind its place. */
            anchors: string[];
            /** @description There are more: only the first two million of the list were counted. */
            approximate: boolean;
            /** @description When it was counted. */
            as_of: components["schemas"]["Time"];
            /**
             * Format: int64
             * @description How many lie between two anchors; the first anchor lies behind so many.
             */
            every: number;
            /**
             * Format: int64
             * @description How many match.
             */
            total: number;
        };
        /** @description An API key, without its secret. */
        ApiKey: {
            /** @description When it was made. */
            created_at: components["schemas"]["Time"];
            expires_at?: components["schemas"]["Time"] | null;
            /** @description Id. */
            id: components["schemas"]["APIKeyId"];
            last_used_at?: components["schemas"]["Time"] | null;
            /** @description A name for people, 1 to 200 letters. */
            name: string;
            /** @description The first letters of the secret, to recognise it. */
            prefix: string;
            previous_secret_until?: components["schemas"]["Time"] | null;
            /**
             * Format: int64
             * @description Counts changes by people; the `ETag`.
             */
            revision: number;
            revoked_at?: components["schemas"]["Time"] | null;
            /** @description What it may do. */
            role: components["schemas"]["Role"];
            /** @description On which certificates, their jobs and events; everything when its lists are empty. */
            scope: components["schemas"]["Scope"];
        };
        /** @description A new key with its secret, shown once. */
        ApiKeyCreated: {
            /** @description The key. */
            api_key: components["schemas"]["ApiKey"];
            /** @description `ck_` and 256 random bits. */
            secret: string;
        };
        /** @description The id of a API key */
        APIKeyId: string;
        /** @description What somebody decided about a job. */
        Approval: {
            /** @description When. */
            at: components["schemas"]["Time"];
            /** @description Who decided. */
            decided_by: components["schemas"]["Actor"];
            /** @description What they are called; absent when they are gone. */
            decided_by_name?: string | null;
            /** @description Yes or no. */
            decision: components["schemas"]["ApprovalDecision"];
            /** @description Id. */
            id: components["schemas"]["ApprovalId"];
            /** @description Why. */
            reason?: string | null;
        };
        /**
         * @description What a person said.
         * @enum {string}
         */
        ApprovalDecision: "approved" | "rejected";
        /** @description The id of a approval */
        ApprovalId: string;
        /**
         * @description For which issuances a profile asks for an approval.
         * @enum {string}
         */
        ApprovalMode: "none" | "first" | "always";
        /** @description A yes. */
        Approve: {
            /** @description Why, for the audit trail: 1 to 500 letters. */
            reason?: string | null;
        };
        /** @description Whose an alert is. */
        AssignAlert: {
            /** @description For those who come after, and for the audit trail. */
            reason?: string | null;
            user_id?: components["schemas"]["UserId"] | null;
        };
        /** @description One try of a job. */
        Attempt: {
            agent_id?: components["schemas"]["AgentId"] | null;
            cause?: components["schemas"]["Cause"] | null;
            ended_at?: components["schemas"]["Time"] | null;
            /** @description Which job. */
            job_id: components["schemas"]["JobId"];
            /**
             * Format: int64
             * @description Counts all tries of the job, from 1.
             */
            number: number;
            /** @description How it ended. */
            result: components["schemas"]["Progress"];
            started_at?: components["schemas"]["Time"] | null;
            /** @description What the worker reported of it. */
            steps: components["schemas"]["AttemptStep"][];
            target_id?: components["schemas"]["TargetId"] | null;
        };
        /** @description A step of a try, as its worker reported it. */
        AttemptStep: {
            /** @description When it ended. */
            at: components["schemas"]["Time"];
            /** @description What was seen. */
            detail: string;
            /**
             * Format: int64
             * @description How long it took.
             */
            milliseconds?: number | null;
            /** @description Such as `stage`, `swap`, `reload`, `probe`. */
            name: string;
            /** @description Whether it succeeded. */
            ok: boolean;
        };
        /** @description One event of the audit trail: a change, or a refusal. */
        AuditEvent: {
            /** @description What, such as `certificate.create`. */
            action: string;
            /** @description Who did it, or was refused. */
            actor: components["schemas"]["Actor"];
            /** @description What they are called; absent when they are gone, and for the control plane. */
            actor_name?: string | null;
            /** @description When it happened. */
            at: components["schemas"]["Time"];
            /** @description Facts, by name. Of a change, `before` has the fields that differ, as they were. */
            details: unknown;
            /** @description Id. */
            id: components["schemas"]["AuditEventId"];
            /** @description The id of the object. */
            object_id: string;
            /** @description On what kind of object. */
            object_kind: string;
            /** @description How it ended. */
            outcome: components["schemas"]["Outcome"];
            /** @description By which request. */
            request_id?: string | null;
            /**
             * Format: int64
             * @description Its place in the table.
             */
            seq: number;
            /** @description From which address the request came; absent for the control plane's own tasks, and for old events. */
            source_address?: string | null;
            /** @description What happened, in words. */
            summary: string;
        };
        /** @description The id of a audit event */
        AuditEventId: string;
        /** @description How the events that match lie in time. */
        AuditHistogram: {
            /** @description Whether only the newest were looked through, because there are so many. */
            approximate: boolean;
            /** @description When they were counted. */
            as_of: components["schemas"]["Time"];
            /** @description Where the first step begins. */
            from: components["schemas"]["Time"];
            /**
             * Format: int64
             * @description The length of a step.
             */
            step_seconds: number;
            /** @description The steps in which there are any, the oldest first. */
            steps: components["schemas"]["AuditStep"][];
            /**
             * Format: int64
             * @description How many match.
             */
            total: number;
            /** @description The end of what was looked at. */
            until: components["schemas"]["Time"];
        };
        /** @description The events of one step of time. */
        AuditStep: {
            /** @description Its beginning. */
            at: components["schemas"]["Time"];
            /**
             * Format: int64
             * @description What was refused.
             */
            denied: number;
            /**
             * Format: int64
             * @description What was tried in vain.
             */
            failure: number;
            /**
             * Format: int64
             * @description Changes that were made.
             */
            success: number;
        };
        /** @description What a check of the whole trail found. */
        AuditVerification: {
            /**
             * Format: int64
             * @description Batches checked.
             */
            batches: number;
            /**
             * Format: int64
             * @description Events checked.
             */
            events: number;
            /** @description What is wrong, naming the row. */
            findings: string[];
            /** @description Whether all is as it was sealed. */
            ok: boolean;
            /**
             * @description The key that the batches are signed with (Ed25519, SubjectPublicKeyInfo, lower-case hexadecimal): what an export
             *     is checked with.
             */
            public_key?: string;
            /**
             * Format: int64
             * @description Events not sealed yet.
             */
            unsealed: number;
        };
        /** @description The caller, and what it may do. */
        AuthCheck: {
            /** @description Who calls, as the audit trail names it. */
            actor: components["schemas"]["Actor"];
            missing?: components["schemas"]["Permission"] | null;
            /** @description A name for people, 1 to 200 letters. */
            name: string;
            /** @description What it may do, on the certificates of its scope. */
            permissions: components["schemas"]["Permission"][];
            /** @description Its role. */
            role: components["schemas"]["Role"];
            /** @description On which certificates, their jobs and events; everything when its lists are empty. */
            scope?: components["schemas"]["Scope"];
            /** @description The server's clock. */
            server_time: components["schemas"]["Time"];
            session?: components["schemas"]["CurrentSession"] | null;
        };
        /** @description How callers are known here. */
        AuthInfo: {
            /** @description `api-key`: people and programs sign in, or send a key. `none`: whoever reaches this server is an admin. */
            auth_type: string;
            /** @description Whether the first admin has still to be made. */
            setup_open: boolean;
        };
        /** @description How much something touches. */
        BlastRadius: {
            /**
             * Format: int64
             * @description Certificates.
             */
            certificates: number;
            /** @description Environments of those. */
            environments: string[];
            /**
             * Format: int64
             * @description Targets of those.
             */
            targets: number;
        };
        /** @description Something that stands in the way. */
        Blocker: {
            /** @description A stable word, such as `agent_offline`. */
            code: string;
            /** @description What it is. */
            detail: string;
            /** @description The id of that object. */
            object_id: string;
            /** @description The kind of object that it is about. */
            object_kind: string;
            /** @description What to do about it. */
            remedy: string;
        };
        /** @description One thing that a certificate has wrong under a rule. */
        Breach: {
            /** @description What is wrong with it and what would be right. */
            detail: string;
            /** @description The field to change, as a JSON pointer into a certificate; empty when only a new version helps. */
            field: string;
        };
        /**
         * @description What is done to each certificate of a selection.
         * @enum {string}
         */
        BulkAction: "renew" | "deploy" | "change_policy" | "reassign_owner" | "reassign_team" | "set_environment" | "tag_add" | "tag_remove" | "revoke" | "archive";
        /** @description An issuer that gets new orders. */
        BulkIssuer: {
            budget?: components["schemas"]["IssuerBudget"] | null;
            /** @description Which. */
            issuer_id: components["schemas"]["IssuerId"];
            /**
             * Format: int64
             * @description How many: one for each key holder.
             */
            orders: number;
        };
        /** @description The values of an action. */
        BulkParams: {
            /** @description `set_environment`: such as `production`; null for none. */
            environment?: string | null;
            /** @description `renew`: whether what is not due is renewed too; true when absent. */
            force?: boolean | null;
            owner_id?: components["schemas"]["OwnerId"] | null;
            renewal_policy_id?: components["schemas"]["RenewalPolicyId"] | null;
            /** @description `revoke`: whether what takes their place comes first; true when absent. */
            replace_first?: boolean | null;
            revocation_reason?: components["schemas"]["RevocationReason"] | null;
            /** @description `tag_add`, `tag_remove`: the tags, 1 to 50. */
            tags?: string[] | null;
            team_id?: components["schemas"]["TeamId"] | null;
        };
        /** @description What a bulk request would do, counted exactly. It can be run, once, by its id until it expires. */
        BulkPlan: {
            /** @description What is done. */
            action: components["schemas"]["BulkAction"];
            /**
             * Format: int64
             * @description How many of those that would be changed wait for an approval first.
             */
            approvals_needed: number;
            /** @description What the estimate is made from, in words. */
            estimate_basis: string;
            /**
             * Format: int64
             * @description How long the operation would take, in seconds.
             */
            estimated_seconds: number;
            /** @description The plan cannot be run any more after this time. */
            expires_at: components["schemas"]["Time"];
            /** @description The issuers that get new orders, with their limits. */
            issuers?: components["schemas"]["BulkIssuer"][];
            /**
             * Format: int64
             * @description How many of those that would be changed have no maintenance window open now: who asks for work has chosen its time, so
             *     it does not wait for one.
             */
            outside_windows?: number;
            /** @description Send this as `plan_id` to run exactly this. */
            plan_id: components["schemas"]["OperationId"];
            /**
             * Format: int64
             * @description How many of those that would be changed are in the environment `production`.
             */
            production?: number;
            /**
             * Format: int64
             * @description How many certificates are in that environment, as far as the caller may see.
             */
            production_total?: number;
            /**
             * Format: int64
             * @description How many certificates are selected.
             */
            selected: number;
            /** @description How many would be left as they are, and why. */
            skipped: components["schemas"]["BulkSkipped"][];
            /**
             * Format: int64
             * @description How many of them would be changed, or have work started.
             */
            will_change: number;
        };
        /** @description A change of many certificates: either a selection with an action, or the id of a plan that is to run now. */
        BulkRequest: {
            action?: components["schemas"]["BulkAction"] | null;
            /** @description Only plan: count what would be changed and what would be left, and change nothing. */
            dry_run?: boolean;
            /**
             * Format: int64
             * @description Refuse (409) unless the selection is of exactly this size.
             */
            expected_count?: number | null;
            params?: components["schemas"]["BulkParams"] | null;
            plan_id?: components["schemas"]["OperationId"] | null;
            /** @description Why, for the audit trail: 1 to 500 letters. */
            reason?: string | null;
            selection?: components["schemas"]["BulkSelection"] | null;
        };
        /** @description Which certificates: by their ids, or by a filter; one of the two. */
        BulkSelection: {
            /**
             * @description All that match: the filters of `GET /certificates` by their names, such as `{"environment": "staging"}`. An
             *     empty object selects every certificate that is not archived.
             */
            filter?: {
                [key: string]: string;
            } | null;
            /** @description These, at most 10,000. */
            ids?: components["schemas"]["CertificateId"][] | null;
        };
        /** @description Certificates that are left as they are for one reason. */
        BulkSkipped: {
            /** @description The reason. */
            code: components["schemas"]["SkipReason"];
            /**
             * Format: int64
             * @description How many.
             */
            count: number;
            /** @description In words. */
            detail: string;
            /** @description Some of them, at most 5. */
            examples: components["schemas"]["CertificateId"][];
        };
        /** @description A certificate authority that certctl signs with, or has signed with. */
        Ca: {
            /** @description What is known above its certificates, its own first and the root last (PEM). */
            chain_pem: string;
            /** @description When it was made. */
            created_at: components["schemas"]["Time"];
            /** @description Its further certificates: the same name and key, signed by another root. */
            cross_certificates: components["schemas"]["CrossCertificate"][];
            /** @description Host names (with all below them) and ranges of addresses that it may not speak for. */
            excluded_names: string[];
            /** @description SHA-256 of its certificate (DER), hexadecimal. */
            fingerprint_sha256: string;
            /**
             * Format: int64
             * @description Counts the CAs of its issuer, or the roots that took each other's place, from 1.
             */
            generation: number;
            /** @description Whether its key is here; not for the root of another PKI, and not after its retirement. */
            has_key: boolean;
            /** @description Id. */
            id: components["schemas"]["CAId"];
            issuer_id?: components["schemas"]["IssuerId"] | null;
            /** @description Such as `ecdsa-p256`. */
            key_algorithm: string;
            /**
             * Format: int64
             * @description How many certificates that it has signed have neither ended nor been revoked, counted up to 100,000; given with one
             *     CA, absent in lists and for roots.
             */
            live_certificates?: number | null;
            /** @description Valid until. */
            not_after: components["schemas"]["Time"];
            /** @description Valid from. */
            not_before: components["schemas"]["Time"];
            parent_id?: components["schemas"]["CAId"] | null;
            /**
             * Format: int32
             * @description How many further CAs may stand below it; absent without a limit.
             */
            path_length?: number | null;
            /** @description Its certificate (PEM). */
            pem: string;
            /** @description Host names (with all below them) and ranges of addresses that it is limited to; empty when it is not. */
            permitted_names: string[];
            replaced_at?: components["schemas"]["Time"] | null;
            replaced_by?: components["schemas"]["CAId"] | null;
            retired_at?: components["schemas"]["Time"] | null;
            /**
             * Format: int64
             * @description Counts changes; the `ETag`.
             */
            revision: number;
            revocation_lists?: components["schemas"]["RevocationLists"] | null;
            /** @description What it is for. */
            role: components["schemas"]["CaRole"];
            /** @description The serial of its certificate, hexadecimal. */
            serial: string;
            /** @description Where it is in its life. */
            state: components["schemas"]["CaState"];
            /** @description The subject of its certificate. */
            subject: string;
            /** @description The identifier of its key, hexadecimal. */
            subject_key_id: string;
        };
        /** @description The id of a CA */
        CAId: string;
        /** @description Taking back what one has asked for oneself. */
        CancelConfirmation: {
            /** @description Why, for the audit trail: 1 to 500 letters. */
            reason?: string | null;
        };
        /** @description Call off a revocation. */
        CancelRevocation: {
            /** @description Why, for the audit trail: 1 to 500 letters. */
            comment?: string | null;
        };
        /**
         * @description What a certificate authority is for.
         * @enum {string}
         */
        CaRole: "root" | "issuing";
        /**
         * @description Where a certificate authority is in its life.
         * @enum {string}
         */
        CaState: "active" | "draining" | "retired";
        /** @description Why something failed. */
        Cause: {
            /** @description For a program; stays the same. */
            code: components["schemas"]["CauseCode"];
            /** @description What the code is about: `detail` without what the code says already, and what its description names. */
            params: {
                [key: string]: string;
            };
            /** @description For a person. */
            text: string;
        };
        /**
         * @description Why a try failed, for a program; what it was about is in the parameters.
         * @enum {string}
         */
        CauseCode: "cancelled" | "replaced" | "archived" | "rejected" | "approval_late" | "csr_not_made" | "csr_late" | "worker_lost" | "not_issued" | "host_refused" | "check_failed" | "backup_failed" | "stage_failed" | "validate_failed" | "swap_failed" | "reload_failed" | "probe_failed" | "restore_failed" | "other";
        /** @description A certificate as it is managed, with what is known of it. */
        Certificate: {
            alerts?: components["schemas"]["OpenAlerts"] | null;
            archived_at?: components["schemas"]["Time"] | null;
            /** @description The subject's common name, if any. */
            common_name?: string | null;
            /** @description What a person acts on: status and what is seen live together. */
            condition: components["schemas"]["Condition"];
            /** @description When it was created. */
            created_at: components["schemas"]["Time"];
            /** @description Such as `production`. */
            environment?: string | null;
            /**
             * Format: int64
             * @description Failed attempts of the open issuance or renewal, or of the last one if that failed for good; else 0.
             */
            failed_attempts: number;
            health?: components["schemas"]["Health"] | null;
            /** @description The key holders with their current versions. */
            holders: components["schemas"]["Holder"][];
            /** @description Id. */
            id: components["schemas"]["CertificateId"];
            /** @description The issuer that signs it. */
            issuer_id: components["schemas"]["IssuerId"];
            /** @description Such as `ecdsa-p256`. */
            key_algorithm: string;
            /** @description Who makes the key. */
            key_strategy: components["schemas"]["KeyStrategy"];
            /** @description The cause of the last failure, if it was not cured since. */
            last_error?: string | null;
            /**
             * Format: int64
             * @description The lifetime of its versions in seconds.
             */
            lifetime_seconds: number;
            /** @description Where it was last seen. */
            live: components["schemas"]["LiveSummary"];
            /** @description A name for people, 1 to 200 letters. */
            name: string;
            /** @description The names that it is for, in canonical form. */
            names: string[];
            not_after?: components["schemas"]["Time"] | null;
            /** @description Issuances and renewals under way. */
            open_job_ids: components["schemas"]["JobId"][];
            owner_id?: components["schemas"]["OwnerId"] | null;
            policy_override?: components["schemas"]["PolicyOverride"] | null;
            /** @description The profile that limits it. */
            profile_id: components["schemas"]["ProfileId"];
            renew_after?: components["schemas"]["Time"] | null;
            /** @description The renewal policy. */
            renewal_policy_id: components["schemas"]["RenewalPolicyId"];
            /**
             * Format: int64
             * @description Counts changes; the `ETag`.
             */
            revision: number;
            /** @description Computed from facts, never set. */
            status: components["schemas"]["CertificateStatus"];
            /** @description Labels of the caller's choice: at most 50, of 1 to 100 letters. */
            tags: string[];
            /** @description Where it is deployed. */
            target_ids: components["schemas"]["TargetId"][];
            team_id?: components["schemas"]["TeamId"] | null;
            /** @description When it was last changed. */
            updated_at: components["schemas"]["Time"];
            /** @description The last decision about it, in words. */
            why: string;
        };
        /** @description A created certificate with the jobs that were started. */
        CertificateCreated: {
            /** @description The certificate. */
            certificate: components["schemas"]["Certificate"];
            /** @description One for each key holder. */
            jobs: components["schemas"]["Job"][];
        };
        /** @description The id of a certificate */
        CertificateId: string;
        /** @description What a new certificate would be: every check of the real request was passed. */
        CertificatePreview: {
            /** @description The agents that would make a key. */
            agent_ids: components["schemas"]["AgentId"][];
            /** @description Why a person would have to say yes first; absent when nobody has to. */
            approval_because?: string | null;
            /** @description The subject's common name, if any. */
            common_name?: string | null;
            /** @description The environment. */
            environment?: string | null;
            id?: components["schemas"]["CertificateId"] | null;
            /** @description The issuer that would sign it. */
            issuer_id: components["schemas"]["IssuerId"];
            /** @description Whether its issuance would start at once. */
            issues: boolean;
            /** @description Such as `ecdsa-p256`. */
            key_algorithm: string;
            /** @description Who would make the key. */
            key_strategy: components["schemas"]["KeyStrategy"];
            /**
             * Format: int64
             * @description The lifetime of its versions in seconds.
             */
            lifetime_seconds: number;
            /** @description A name for people. */
            name: string;
            /** @description The names that it would be for, in canonical form. */
            names: string[];
            owner_id?: components["schemas"]["OwnerId"] | null;
            /** @description The profile that would limit it. */
            profile_id: components["schemas"]["ProfileId"];
            /** @description The renewal policy. */
            renewal_policy_id: components["schemas"]["RenewalPolicyId"];
            /**
             * Format: int64
             * @description How long before its end a version would be renewed, in seconds, before it is spread; absent when by hand only.
             */
            renews_before_end_seconds?: number | null;
            /** @description Labels. */
            tags: string[];
            /** @description Where it would be deployed. */
            target_ids: components["schemas"]["TargetId"][];
            team_id?: components["schemas"]["TeamId"] | null;
            /** @description What policy rules that only record would find. */
            violations: components["schemas"]["PreviewedViolation"][];
            /** @description What a person may want to know first. */
            warnings: components["schemas"]["PreviewWarning"][];
        };
        /**
         * @description What people see and filter by.
         * @enum {string}
         */
        CertificateStatus: "Pending" | "Active" | "Expiring" | "Expired" | "RenewalInProgress" | "Failed" | "Revoked" | "Archived";
        /** @description The id of a certificate version */
        CertificateVersionId: string;
        /** @description A proof of control of a name. */
        Challenge: {
            /** @description When it was asked for. */
            created_at: components["schemas"]["Time"];
            /** @description What was seen last, for a person. */
            detail?: string | null;
            /** @description Id. */
            id: components["schemas"]["ChallengeId"];
            /** @description How. */
            kind: components["schemas"]["ProofKind"];
            /** @description The name that is proved, without `*.`. */
            name: string;
            /** @description The agent or the DNS provider that shows it. */
            place: string;
            /** @description The name of the DNS record; absent for other kinds, and before it was found. */
            record?: string | null;
            /** @description How far it is. */
            state: components["schemas"]["ChallengeState"];
            /** @description When it last moved. */
            updated_at: components["schemas"]["Time"];
        };
        /** @description The id of a challenge */
        ChallengeId: string;
        /**
         * @description How far a proof is.
         * @enum {string}
         */
        ChallengeState: "wanted" | "set" | "shown" | "failed" | "leaving" | "gone";
        /**
         * @description A change of what a certificate has in place of values of its renewal policy (JSON merge patch): `null` returns a
         *     value to the policy's.
         */
        ChangePolicyOverride: {
            /** @description Warn so many days before the end. */
            alert_thresholds_days?: number[] | null;
            /** @description Warn so many percent of the lifetime before the end, 1 to 99. */
            alert_thresholds_percent?: number[] | null;
            point?: components["schemas"]["RenewalPoint"] | null;
        };
        /** @description One check. */
        Check: {
            /** @description What is wrong, or what was found. */
            detail: string;
            /** @description `store`, `migrations`, `sealing_key` or `scheduler`. */
            name: string;
            /** @description Whether it is all right. */
            ok: boolean;
        };
        /**
         * @description A check of a target, in the order in which they are carried out.
         * @enum {string}
         */
        CheckName: "agent" | "policy" | "paths" | "validate" | "reload" | "endpoint" | "dry_run";
        /** @description What came of a check. */
        CheckReport: {
            /** @description What was measured, without secrets. */
            detail: string;
            /** @description What a person can do about it, to be copied. */
            fix?: string | null;
            /**
             * Format: int64
             * @description How long it took.
             */
            milliseconds: number;
            /** @description Which. */
            name: components["schemas"]["CheckName"];
            /** @description Passed, warning, failed or skipped. */
            state: components["schemas"]["CheckState"];
        };
        /**
         * @description What came of a check.
         * @enum {string}
         */
        CheckState: "pending" | "running" | "passed" | "warning" | "failed" | "skipped";
        /**
         * @description What people see of a certificate, most pressing first.
         * @enum {string}
         */
        Condition: "revoked" | "expired" | "failing" | "unverified" | "waiting" | "renewing" | "due" | "pending" | "healthy" | "archived";
        /** @description A second person's yes. */
        Confirm: {
            /** @description Why, for the audit trail: 1 to 500 letters. */
            reason?: string | null;
        };
        /** @description What somebody has asked for, and a second person has to say yes to before it happens. */
        Confirmation: {
            /** @description What is to be done. */
            action: components["schemas"]["HeldAction"];
            /** @description When it was asked for. */
            asked_at: components["schemas"]["Time"];
            /** @description Who asked. */
            asked_by: components["schemas"]["Actor"];
            /** @description What they are called; absent when they are gone. */
            asked_by_name?: string | null;
            /** @description What follows from it, a sentence each. */
            consequences: string[];
            decided_at?: components["schemas"]["Time"] | null;
            decided_by?: components["schemas"]["Actor"] | null;
            /** @description What they are called; absent when they are gone. */
            decided_by_name?: string | null;
            ended_at?: components["schemas"]["Time"] | null;
            /** @description Why it could not be carried out. */
            error?: string | null;
            /** @description Until when it can be decided. */
            expires_at: components["schemas"]["Time"];
            /** @description Id: `POST /confirmations/{id}/confirm` or `/refuse` decides it. */
            id: components["schemas"]["ConfirmationId"];
            /** @description What it is done to: the plan, the issuer, the CA or the user. */
            object_id: string;
            /** @description The kind of object that it is done to, such as `operation`. */
            object_kind: string;
            /** @description Whether the caller asked for it, and so cannot confirm it. */
            own: boolean;
            /** @description All that it is run with. */
            params: Record<string, never>;
            /** @description Why it was confirmed, refused or taken back. */
            reason?: string | null;
            /** @description The path of what came of it, once it is done. */
            result?: string | null;
            /**
             * Format: int64
             * @description Counts changes.
             */
            revision: number;
            /** @description Where it is; nothing is done before `confirmed`. */
            state: components["schemas"]["ConfirmationState"];
            /** @description In a sentence. */
            summary: string;
        };
        /** @description The id of a confirmation */
        ConfirmationId: string;
        /**
         * @description Where a confirmation is.
         * @enum {string}
         */
        ConfirmationState: "waiting" | "confirmed" | "done" | "failed" | "refused" | "cancelled" | "expired";
        /** @description A new alert rule. */
        CreateAlertRule: {
            /** @description Filters of the subject's list (`GET /certificates`, `/jobs`, `/agents`, `/issuers`), each with its text; any of 1 to 5. */
            conditions: {
                [key: string]: string;
            }[];
            /** @description Whether it is looked at; yes when absent. */
            enabled?: boolean | null;
            escalation?: components["schemas"]["Escalation"] | null;
            /**
             * Format: int64
             * @description How long a group has to match before it is an alert, up to 30 days; 0 when absent.
             */
            for_seconds?: number | null;
            group_by?: components["schemas"]["RuleGroup"] | null;
            id?: components["schemas"]["AlertRuleId"] | null;
            /** @description A name for people, 1 to 200 letters. */
            name: string;
            quiet_hours?: components["schemas"]["QuietHours"] | null;
            /**
             * Format: int64
             * @description Remind after so many seconds, 5 minutes to 30 days; never when absent.
             */
            repeat_seconds?: number | null;
            /** @description How urgent its alerts are. */
            severity: components["schemas"]["AlertSeverity"];
            /** @description What it looks at; it stays so. */
            subject: components["schemas"]["RuleSubject"];
        };
        /** @description A new API key. */
        CreateApiKey: {
            /**
             * Format: int64
             * @description Seconds until it ends; never when absent.
             */
            expires_in_seconds?: number | null;
            /** @description A name for people, 1 to 200 letters. */
            name: string;
            /** @description What it may do. */
            role: components["schemas"]["Role"];
            /** @description On which certificates; on all when absent. Only operators and viewers can be narrowed. */
            scope?: components["schemas"]["Scope"];
        };
        /** @description A new certificate: names and an issuer; all else has a default. */
        CreateCertificate: {
            /** @description Agents that hold a key without a target. */
            agent_ids?: components["schemas"]["AgentId"][];
            /** @description The common name, one of `names`; the first DNS name when absent. */
            common_name?: string | null;
            /**
             * Format: certificate-request
             * @description A CSR (PEM), with key strategy `external`.
             */
            csr_pem?: string | null;
            /** @description Such as `production`. */
            environment?: string | null;
            id?: components["schemas"]["CertificateId"] | null;
            /** @description Whether issuance starts at once. */
            issue?: boolean;
            issuer_id?: components["schemas"]["IssuerId"] | null;
            /**
             * @description Such as `ecdsa-p256`; the profile's first when absent.
             * @enum {string|null}
             */
            key_algorithm?: "ecdsa-p256" | "ecdsa-p384" | "rsa-2048" | "rsa-3072" | "rsa-4096" | "ed25519" | null;
            key_strategy?: components["schemas"]["KeyStrategy"] | null;
            /**
             * Format: int64
             * @description The lifetime in seconds; the profile's default when absent.
             */
            lifetime_seconds?: number | null;
            /** @description For people; the first name when absent. */
            name?: string | null;
            /** @description What it is for: DNS names, wildcards, IP addresses, URIs, e-mail addresses; 1 to 100. */
            names: string[];
            owner_id?: components["schemas"]["OwnerId"] | null;
            profile_id?: components["schemas"]["ProfileId"] | null;
            renewal_policy_id?: components["schemas"]["RenewalPolicyId"] | null;
            /** @description Labels of the caller's choice: at most 50, of 1 to 100 letters. */
            tags?: string[];
            /** @description Where it is deployed. */
            target_ids?: components["schemas"]["TargetId"][];
            team_id?: components["schemas"]["TeamId"] | null;
        };
        /** @description A new DNS provider. */
        CreateDnsProvider: {
            /** @description By the schema of its kind. */
            config?: Record<string, never>;
            id?: components["schemas"]["DNSProviderId"] | null;
            /** @description What it is. */
            kind: components["schemas"]["DnsProviderKind"];
            /** @description A name for people, 1 to 200 letters. */
            name: string;
        };
        /** @description A new invitation. */
        CreateInvitation: {
            /**
             * Format: int64
             * @description Seconds until it ends, 60 to 604800; an hour when absent.
             */
            expires_in_seconds?: number | null;
            /** @description The agent's name and, after `ag-`, its id: lower-case letters, digits, hyphens. */
            name: string;
        };
        /** @description A new issuer. */
        CreateIssuer: {
            /** @description Its configuration, by the schema of its kind. */
            config?: Record<string, never> | null;
            id?: components["schemas"]["IssuerId"] | null;
            /**
             * @description Such as `local_ca`.
             * @enum {string}
             */
            kind: "local_ca" | "acme" | "vault" | "exec";
            /** @description A name for people, 1 to 200 letters. */
            name: string;
        };
        /** @description A new channel. */
        CreateNotifier: {
            /** @description By the schema of its kind, secrets included. */
            config: Record<string, never>;
            digest?: components["schemas"]["Digest"] | null;
            /** @description Whether it is told of anything; it is when absent. */
            enabled?: boolean | null;
            id?: components["schemas"]["NotifierId"] | null;
            /** @description What it is; `GET /notifier-kinds` lists them. */
            kind: components["schemas"]["NotifierKind"];
            /** @description A name for people, 1 to 200 letters. */
            name: string;
            routing?: components["schemas"]["Routing"] | null;
        };
        /** @description A new owner. */
        CreateOwner: {
            /** @description The e-mail address that alerts go to. */
            email?: string | null;
            id?: components["schemas"]["OwnerId"] | null;
            /** @description A name for people, 1 to 200 letters. */
            name: string;
        };
        /** @description A new policy rule. */
        CreatePolicyRule: {
            /** @description What it is for. */
            description?: string | null;
            /** @description Whether it is switched on; yes when absent. */
            enabled?: boolean | null;
            id?: components["schemas"]["PolicyRuleId"] | null;
            /** @description What it is about. */
            kind: components["schemas"]["RuleKind"];
            mode?: components["schemas"]["RuleMode"] | null;
            /** @description A name for people, 1 to 200 letters. */
            name: string;
            /** @description By the schema of its kind. */
            parameters: Record<string, never> | null;
            selector?: components["schemas"]["Selector"] | null;
            severity?: components["schemas"]["RuleSeverity"] | null;
        };
        /** @description A new profile. */
        CreateProfile: {
            approval?: components["schemas"]["ApprovalMode"] | null;
            /**
             * Format: int64
             * @description The lifetime when none is asked for; 90 days when absent.
             */
            default_lifetime_seconds?: number | null;
            /** @description In which environments a certificate may be; empty: in any, and in none. */
            environments?: string[] | null;
            /** @description `server_auth`, `client_auth`; `server_auth` when absent. */
            extended_key_usages?: ("server_auth" | "client_auth")[] | null;
            id?: components["schemas"]["ProfileId"] | null;
            /** @description Whether a name may be an IP address; yes when absent. */
            ip_addresses?: boolean | null;
            /** @description Issuers that may sign; empty: all. */
            issuer_ids?: components["schemas"]["IssuerId"][] | null;
            /** @description Allowed key algorithms; all when absent. */
            key_algorithms?: ("ecdsa-p256" | "ecdsa-p384" | "rsa-2048" | "rsa-3072" | "rsa-4096" | "ed25519")[] | null;
            /** @description Who may make the key; empty: anybody. */
            key_strategies?: components["schemas"]["KeyStrategy"][] | null;
            /**
             * Format: int64
             * @description The longest lifetime; 397 days when absent.
             */
            max_lifetime_seconds?: number | null;
            /**
             * Format: int32
             * @description The most names of one certificate, 1 to 100; 100 when absent.
             */
            max_names?: number | null;
            /**
             * Format: int64
             * @description The shortest lifetime; a minute when absent.
             */
            min_lifetime_seconds?: number | null;
            /** @description A name for people, 1 to 200 letters. */
            name: string;
            /** @description Patterns that names must match one of. */
            name_patterns?: string[] | null;
            /** @description Roles that may ask for certificates under this profile; empty: all that have the permission. */
            requester_roles?: components["schemas"]["Role"][] | null;
            /** @description Whether a name may be a wildcard such as `*.example.internal`; yes when absent. */
            wildcards?: boolean | null;
        };
        /** @description A new renewal policy. */
        CreateRenewalPolicy: {
            /** @description Warn so many days before the end; 30, 14, 7, 0 when absent. */
            alert_thresholds_days?: number[] | null;
            /** @description Warn so many percent of the lifetime before the end, 1 to 99; none when absent. */
            alert_thresholds_percent?: number[] | null;
            /** @description Whether certctl renews by itself; yes when absent. */
            automatic?: boolean | null;
            id?: components["schemas"]["RenewalPolicyId"] | null;
            /**
             * Format: int64
             * @description Tries for each job, 1 to 50; 8 when absent.
             */
            max_attempts?: number | null;
            /** @description A name for people, 1 to 200 letters. */
            name: string;
            point?: components["schemas"]["RenewalPoint"] | null;
            /**
             * @description Renewals by itself, and their deployments, wait for one of these parts of the week, unless the end would come
             *     first; at any time when absent.
             */
            windows?: components["schemas"]["WeekWindow"][] | null;
        };
        /** @description Revoke what one of these finds: a serial of an issuer, a fingerprint, a key, a version. */
        CreateRevocations: {
            /** @description For the audit trail: 1 to 500 letters. */
            comment?: string | null;
            /** @description SHA-256 of the certificate (DER), hexadecimal. */
            fingerprint_sha256?: string | null;
            issuer_id?: components["schemas"]["IssuerId"] | null;
            /** @description SHA-256 of the public key (SubjectPublicKeyInfo), hexadecimal: every certificate of that key. */
            public_key_sha256?: string | null;
            /** @description Why. */
            reason: components["schemas"]["RevocationReason"];
            /** @description Renew first what is current, and revoke when each target was seen serving the new version; at once when false. */
            replace_first?: boolean;
            /** @description The serial, hexadecimal; with `issuer_id`. */
            serial?: string | null;
            version_id?: components["schemas"]["CertificateVersionId"] | null;
        };
        /** @description A new target. */
        CreateTarget: {
            /** @description Who deploys there. */
            agent_id: components["schemas"]["AgentId"];
            /** @description By the schema of its kind. */
            config: Record<string, never> | null;
            id?: components["schemas"]["TargetId"] | null;
            /**
             * @description `nginx` or `file`.
             * @enum {string}
             */
            kind: "nginx" | "file";
            /** @description A name for people, 1 to 200 letters. */
            name: string;
        };
        /** @description A new team. */
        CreateTeam: {
            id?: components["schemas"]["TeamId"] | null;
            /** @description A name for people, 1 to 200 letters. */
            name: string;
        };
        /** @description A new user. */
        CreateUser: {
            /** @description An address. */
            email?: string | null;
            id?: components["schemas"]["UserId"] | null;
            /** @description A name for people, 1 to 200 letters; the user name when absent. */
            name?: string | null;
            /**
             * Format: password
             * @description The password: 12 to 256 letters, and none that people guess first.
             */
            password: string;
            /** @description What the user may do. */
            role: components["schemas"]["Role"];
            /** @description On which certificates; on all when absent. Only operators and viewers can be narrowed. */
            scope?: components["schemas"]["Scope"];
            /** @description What is typed at sign-in, such as `alice`: 1 to 64 letters, digits, `.`, `_`, `-`, `@`; capitals make no difference. */
            username: string;
        };
        /** @description A new view. */
        CreateView: {
            /** @description The columns in their order, up to 50, each perhaps with its width in pixels (`name:240`); the usual ones when empty. */
            columns?: string[];
            density?: components["schemas"]["Density"] | null;
            /** @description Parameters of the list, by name. */
            filter?: {
                [key: string]: string;
            };
            id?: components["schemas"]["SavedViewId"] | null;
            /** @description A name for people, 1 to 200 letters. */
            name: string;
            /** @description The list. */
            noun: components["schemas"]["ViewNoun"];
            /**
             * Format: int64
             * @description Its place among the views, 0 to 1000000; 0 when absent.
             */
            position?: number | null;
            /** @description The order, as the list's `sort` takes it. */
            sort?: string | null;
            team_id?: components["schemas"]["TeamId"] | null;
        };
        /** @description A certificate for the name and key of a root, signed by the root before it. */
        CrossCertificate: {
            /** @description SHA-256 of it (DER), hexadecimal. */
            fingerprint_sha256: string;
            /** @description Valid until. */
            not_after: components["schemas"]["Time"];
            /** @description Valid from. */
            not_before: components["schemas"]["Time"];
            /** @description It (PEM). */
            pem: string;
            /** @description Which root has signed it. */
            signed_by: components["schemas"]["CAId"];
        };
        /** @description Why there is no CSR for a job of kind Issuance or Renewal. */
        CsrRefusal: {
            /** @description For a person: what stands in the way, and on which file or line. */
            cause: string;
            /** @description Whether trying again may help. */
            retryable: boolean;
        };
        /** @description A CSR wanted. */
        CsrRequest: {
            /** @description For which certificate. */
            certificate_id: components["schemas"]["CertificateId"];
            /** @description The subject's common name, if any. */
            common_name?: string | null;
            /** @description For which job. */
            job_id: components["schemas"]["JobId"];
            /** @description Such as `ecdsa-p256`. */
            key_algorithm: string;
            /** @description The names, in canonical text. */
            names: string[];
        };
        /** @description The CSR for a job of kind Issuance or Renewal. */
        CsrSubmission: {
            /**
             * Format: certificate-request
             * @description The CSR (PEM, `CERTIFICATE REQUEST`).
             */
            csr_pem: string;
            key_ready_at?: components["schemas"]["Time"] | null;
        };
        /** @description The session of the caller. */
        CurrentSession: {
            expires_at?: components["schemas"]["Time"] | null;
            /** @description Id. */
            id: components["schemas"]["SessionId"];
        };
        /** @description A number on a day. */
        DayValue: {
            /** @description The date, such as `2026-11-24`. */
            date: string;
            /**
             * Format: int64
             * @description The number at the end of that day; absent when nobody counted.
             */
            value?: number | null;
        };
        /** @description A notification on its way to a receiver. */
        Delivery: {
            /**
             * Format: int64
             * @description How often it was tried.
             */
            attempts: number;
            /** @description When it was ordered. */
            created_at: components["schemas"]["Time"];
            digest_id?: components["schemas"]["NotificationId"] | null;
            /** @description Why the last try failed, or why there is no way. */
            error?: string | null;
            next_try_at?: components["schemas"]["Time"] | null;
            notifier_id?: components["schemas"]["NotifierId"] | null;
            owner_id?: components["schemas"]["OwnerId"] | null;
            /** @description What the receiver answered. */
            receipt?: string | null;
            sent_at?: components["schemas"]["Time"] | null;
            /** @description Where it is; `sent` only with a `receipt`. */
            state: components["schemas"]["DeliveryState"];
        };
        /**
         * @description Where a delivery is.
         * @enum {string}
         */
        DeliveryState: "pending" | "sending" | "sent" | "failed" | "dead" | "undeliverable";
        /**
         * @description How close the rows of a list are.
         * @enum {string}
         */
        Density: "comfortable" | "compact";
        /** @description Start a deployment of exactly one version. */
        DeployCertificate: {
            /** @description Only these targets; all when empty. */
            target_ids?: components["schemas"]["TargetId"][];
            version_id?: components["schemas"]["CertificateVersionId"] | null;
        };
        /** @description One version on one target. */
        Deployment: {
            /** @description The agent that deploys it. */
            agent_id: components["schemas"]["AgentId"];
            /** @description Of which certificate. */
            certificate_id: components["schemas"]["CertificateId"];
            /** @description When it was wanted. */
            created_at: components["schemas"]["Time"];
            /** @description The cause of the last failure. */
            error?: string | null;
            /** @description SHA-256 fingerprint wanted. */
            fingerprint_sha256: string;
            /** @description Id. */
            id: components["schemas"]["DeploymentId"];
            job_id?: components["schemas"]["JobId"] | null;
            live_at?: components["schemas"]["Time"] | null;
            /** @description What the target served before. */
            previous_fingerprint_sha256?: string | null;
            /** @description What was last seen served, on each probe address. */
            seen: components["schemas"]["Sighting"][];
            /** @description How far it is. */
            state: components["schemas"]["DeploymentState"];
            /** @description The target. */
            target_id: components["schemas"]["TargetId"];
            /** @description When it was last changed. */
            updated_at: components["schemas"]["Time"];
            /** @description Which version. */
            version_id: components["schemas"]["CertificateVersionId"];
        };
        /** @description The id of a deployment */
        DeploymentId: string;
        /**
         * @description Where a deployment is.
         * @enum {string}
         */
        DeploymentState: "wanted" | "live" | "installed" | "superseded" | "rolled_back" | "failed";
        /** @description How a deployment ended. */
        DeployResult: {
            /** @description Whether nothing had to be done because it was live already. */
            already_live: boolean;
            /** @enum {string} */
            outcome: "live";
            /** @description What was served before. */
            previous_fingerprint?: string | null;
            /** @description What was seen. */
            seen: components["schemas"]["Sighting"][];
        } | {
            /** @enum {string} */
            outcome: "installed";
            /** @description What the files held before. */
            previous_fingerprint?: string | null;
        } | {
            /** @description Why, for a person. */
            cause: string;
            /** @enum {string} */
            outcome: "rolled_back";
            /** @description What was served before. */
            previous_fingerprint?: string | null;
            /** @description Whether trying again may help. */
            retryable: boolean;
            /** @description What is served now. */
            seen: components["schemas"]["Sighting"][];
            /** @description The step that failed. */
            step: string;
        } | {
            /** @description Why, for a person. */
            cause: string;
            /** @enum {string} */
            outcome: "failed";
            /** @description Whether trying again may help. */
            retryable: boolean;
            /** @description What is served now, where it was looked at. */
            seen: components["schemas"]["Sighting"][];
            /** @description The step that failed. */
            step: string;
            /** @description Whether the target was changed and its state is not known to be good. */
            target_in_doubt: boolean;
        } | {
            /** @description Which line of the policy is missing. */
            cause: string;
            /** @enum {string} */
            outcome: "refused";
        };
        /** @description A deployment to do. */
        DeployWork: {
            /**
             * Format: int64
             * @description Which try.
             */
            attempt: number;
            /** @description Of which certificate. */
            certificate_id: components["schemas"]["CertificateId"];
            /** @description Leaf first (PEM). */
            chain_pem: string;
            /** @description SHA-256 of the leaf. */
            fingerprint_sha256: string;
            /** @description Which job. */
            job_id: components["schemas"]["JobId"];
            /** @description Its end unless extended. */
            lease_expires_at: components["schemas"]["Time"];
            /**
             * Format: int32
             * @description How long it lasts from each extension on; the agent extends it well before, by its own clock.
             */
            lease_seconds?: number;
            /** @description Proof of the lease. */
            lease_token: string;
            /** @description Which of the agent's keys belongs to it. */
            public_key_sha256: string;
            /** @description Its typed configuration. */
            target_config: unknown;
            /** @description Which target. */
            target_id: components["schemas"]["TargetId"];
            /** @description The kind of the target. */
            target_kind: string;
            /** @description Which version. */
            version_id: components["schemas"]["CertificateVersionId"];
        };
        /** @description When collected notifications are sent in one message: exactly one of `every_minutes` and `daily_at`. */
        Digest: {
            /**
             * @description Whether critical alerts, and the end of what was told at once, are sent at once all the same.
             * @default true
             */
            critical_at_once: boolean;
            /** @description Each day at this time, HH:MM. */
            daily_at?: string | null;
            /**
             * Format: int32
             * @description So many minutes after the first one, 1 to 1440.
             */
            every_minutes?: number | null;
            /**
             * Format: time-zone
             * @description Of this time zone, such as Europe/Berlin; UTC when absent.
             */
            time_zone?: string | null;
        };
        /** @description A DNS provider. */
        DnsProvider: {
            /** @description By the schema of its kind, without the secrets. */
            config: Record<string, never>;
            /** @description When it was made. */
            created_at: components["schemas"]["Time"];
            /** @description Id. */
            id: components["schemas"]["DNSProviderId"];
            /** @description What it is. */
            kind: components["schemas"]["DnsProviderKind"];
            /** @description Why, for a person. */
            last_failure?: string | null;
            last_failure_at?: components["schemas"]["Time"] | null;
            last_success_at?: components["schemas"]["Time"] | null;
            /** @description A name for people, 1 to 200 letters. */
            name: string;
            /**
             * Format: int64
             * @description Counts changes; the `ETag`.
             */
            revision: number;
            /** @description The secret fields of the configuration that are set. Their values are never shown. */
            secrets: string[];
            /** @description When it was last changed. */
            updated_at: components["schemas"]["Time"];
        };
        /** @description The id of a DNS provider */
        DNSProviderId: string;
        /**
         * @description A kind of DNS provider.
         * @enum {string}
         */
        DnsProviderKind: "rfc2136" | "cloudflare" | "route53" | "google" | "azure" | "digitalocean" | "hetzner" | "desec" | "acme_dns" | "exec" | "webhook" | "agent";
        /** @description A kind of DNS provider. */
        DnsProviderKindInfo: {
            /** @description Its word. */
            kind: components["schemas"]["DnsProviderKind"];
            /** @description JSON Schema of `config`. */
            schema: unknown;
            /** @description For people. */
            title: string;
        };
        /** @description A DNS provider of an agent's local policy; its credentials stay on the host. */
        DnsProviderOffer: {
            /** @description What it is, such as `rfc2136`. */
            kind: string;
            /** @description Its name there. */
            name: string;
            /** @description Records are set at these names and below them only. */
            zones: string[];
        };
        /** @description What an endpoint of a target was last seen to serve. */
        Endpoint: {
            /** @description `host:port`. */
            address: string;
            /** @description When it was looked at. */
            at: components["schemas"]["Time"];
            /** @description Why nothing was seen. */
            error?: string | null;
            /** @description What it serves. */
            fingerprint_sha256?: string | null;
            /** @description The name that was sent (SNI), if any. */
            server_name?: string | null;
            /** @description Done when it serves the version, failed when it serves another or cannot be reached. */
            state: components["schemas"]["Progress"];
        };
        /** @description Who else is told of an alert that nobody takes. */
        Escalation: {
            /**
             * Format: int64
             * @description After it was open for so many seconds and nobody has acknowledged or snoozed it, a minute to 30 days.
             */
            after_seconds: number;
            /** @description These notifiers are told, whatever their routing says: 1 to 10. */
            notifier_ids: components["schemas"]["NotifierId"][];
        };
        /** @description Something changed. */
        Event: {
            /** @description When it happened. */
            at: components["schemas"]["Time"];
            /**
             * @description The names of the object's fields that changed, as the object's own answer names them; empty when it was made
             *     or removed, or when the event tells of something that is no field of it.
             */
            changed: string[];
            /** @description Facts, by name. */
            data: unknown;
            /** @description Id. */
            id: components["schemas"]["EventId"];
            /** @description Such as `job.changed`; the SSE `event`. */
            kind: string;
            /** @description The id of the object. */
            object_id: string;
            /** @description The kind of object, such as `job`. */
            object_kind: string;
            /**
             * Format: int64
             * @description The object's revision from this change on, when it has one: what was read at this revision or a later one has it.
             */
            revision?: number | null;
            /**
             * Format: int64
             * @description Its place in the stream; the SSE `id`.
             */
            seq: number;
        };
        /** @description The id of a event */
        EventId: string;
        /** @description How many certificates end, or are to be renewed, on each day. */
        ExpiryCalendar: {
            /** @description The moment of the counts. */
            as_of: components["schemas"]["Time"];
            /**
             * Format: int64
             * @description How many have their moment before the first day.
             */
            before: number;
            /** @description The days, or the hours when they were asked for. */
            days: components["schemas"]["ExpiryDay"][];
            /** @description `expiry` or `renewal`. */
            mode: string;
            /** @description The zone whose days are counted, such as `Europe/Paris`. */
            tz: string;
        };
        /** @description A day of the calendar, or an hour. */
        ExpiryDay: {
            /**
             * Format: int64
             * @description How many of those are at risk: their renewal fails, they are not verified live, or somebody has to act.
             */
            at_risk: number;
            begins?: components["schemas"]["Time"] | null;
            /**
             * Format: int64
             * @description How many certificates end, or are to be renewed, on it.
             */
            count: number;
            /** @description The date, such as `2026-11-24`; of an hour with its local time, `2026-11-24T09:00`. */
            date: string;
            /** @description The list that shows those of the day. */
            rows: components["schemas"]["RowsFilter"];
        };
        /** @description Why a certificate is as it is, and what happens next. */
        Explanation: {
            /** @description The moment of the decisions. */
            at: components["schemas"]["Time"];
            /** @description What keeps it from going on, each with what to do; empty when nothing does. */
            blocked_by: components["schemas"]["Blocker"][];
            /** @description Which. */
            certificate_id: components["schemas"]["CertificateId"];
            /** @description For each key holder: what would be decided now. */
            holders: components["schemas"]["HolderExplanation"][];
            /** @description Earlier decisions to issue or renew, newest first, at most twenty. */
            last: components["schemas"]["PastDecision"][];
            next?: components["schemas"]["NextStep"] | null;
            /** @description Which renewal policy decides. */
            renewal_policy_id: components["schemas"]["RenewalPolicyId"];
            /** @description Its status. */
            status: components["schemas"]["CertificateStatus"];
            /** @description By which values, and where each comes from. */
            values: components["schemas"]["PolicyValue"][];
            /** @description The last recorded decision, in words. */
            why: string;
        };
        /**
         * @description An export as JSON. NDJSON has the same parts on lines of their own: `{"export": ..}`, `{"seal": ..}`, the rows,
         *     `{"end": {"count": ..}}`.
         */
        Exported: {
            /**
             * Format: int64
             * @description How many rows there are.
             */
            count: number;
            /** @description What was exported. */
            export: components["schemas"]["ExportHeader"];
            /** @description The rows: objects with a field for each column. */
            items: unknown[];
            /** @description Of the audit trail: the sealed batches of the range, with the hashes of their rows. */
            seals?: unknown[];
        };
        /**
         * @description The form of an export.
         * @enum {string}
         */
        ExportFormat: "csv" | "json" | "ndjson";
        /** @description What an export's file begins with. */
        ExportHeader: {
            /** @description The columns. */
            columns: string[];
            /** @description When it was begun. */
            exported_at: components["schemas"]["Time"];
            /** @description By whom. */
            exported_by: components["schemas"]["Actor"];
            /** @description The filters by their names, as they were given. */
            filter: {
                [key: string]: string;
            };
            /**
             * Format: int64
             * @description How many rows matched when it was begun; `count` at the file's end says how many it holds.
             */
            matching: number;
            /** @description What the rows are. */
            noun: string;
            /** @description By which request. */
            request_id: string;
        } & {
            [key: string]: unknown;
        };
        /** @description A longer lease for a job. */
        ExtendLease: {
            /** @description The token of the lease. */
            lease_token: string;
        };
        /**
         * @description What the rows of a list are counted by; named as the list's filter of the same values.
         * @enum {string}
         */
        Facet: "status" | "condition" | "live" | "environment" | "owner_id" | "team_id" | "issuer_id" | "profile_id" | "policy_id" | "key_algorithm" | "tag" | "state" | "kind" | "actor_kind" | "action" | "outcome" | "health" | "version" | "agent_id" | "severity" | "last_test";
        /** @description How many there are of each value of one filter. */
        FacetCounts: {
            /** @description The filter. */
            facet: components["schemas"]["Facet"];
            /**
             * Format: int64
             * @description How many have one of those.
             */
            other_count: number;
            /**
             * Format: int64
             * @description How many other values there are.
             */
            other_values: number;
            /** @description The values that most have, the most frequent first; at most 100. */
            values: components["schemas"]["FacetValue"][];
        };
        /** @description How many of those that match have which value. */
        Facets: {
            /** @description There are more: only the first two million of the list were counted. */
            approximate: boolean;
            /** @description When it was counted. */
            as_of: components["schemas"]["Time"];
            /** @description One for each that is counted. */
            facets: components["schemas"]["FacetCounts"][];
            /**
             * Format: int64
             * @description How many match.
             */
            total: number;
        };
        /** @description A value, and how many have it. */
        FacetValue: {
            /**
             * Format: int64
             * @description How many.
             */
            count: number;
            /** @description The value; absent for those that have none (the filter's `none`). */
            value?: string | null;
        };
        /** @description One bad field. */
        FieldError: {
            /** @description What is wrong with it. */
            detail: string;
            /**
             * @description JSON pointer (RFC 6901) into the body, empty for the body as a whole; or `?name` for a query parameter, `{id}`
             *     for the id in the path, `Name:` for a header.
             */
            pointer: string;
        };
        /** @description The first admin user. */
        FirstUser: {
            /** @description An address. */
            email?: string | null;
            /** @description A name for people, 1 to 200 letters; the user name when absent. */
            name?: string | null;
            /**
             * Format: password
             * @description The password: 12 to 256 letters, and none that people guess first.
             */
            password: string;
            /** @description What is typed at sign-in, such as `alice`: 1 to 64 letters, digits, `.`, `_`, `-`, `@`; capitals make no difference. */
            username: string;
        };
        /** @description Agents that share a value. */
        FleetPart: {
            /**
             * Format: int64
             * @description How many agents.
             */
            agents: number;
            /** @description The value; absent when it is not known or not set. */
            value?: string | null;
        };
        /** @description The fleet in numbers; retired agents are not counted. */
        FleetStats: {
            /**
             * Format: int64
             * @description All agents.
             */
            agents: number;
            /** @description The moment of the counts. */
            as_of: components["schemas"]["Time"];
            /** @description By environment, the most usual first. */
            environments: components["schemas"]["FleetPart"][];
            /** @description By health: `online`, `late`, `offline`. */
            health: components["schemas"]["FleetPart"][];
            /**
             * Format: int64
             * @description How many of those that may work are heard from.
             */
            online: number;
            /**
             * Format: int64
             * @description How many agents run another version than the server.
             */
            other_version: number;
            /** @description By platform, the most usual first. */
            platforms: components["schemas"]["FleetPart"][];
            /** @description The version of this server. */
            server_version: string;
            /** @description By state: `active`, `quarantined`. */
            states: components["schemas"]["FleetPart"][];
            /** @description By version of the program, the most usual first. */
            versions: components["schemas"]["FleetPart"][];
        };
        /** @description One thing that was found. */
        Found: {
            certificate_id?: components["schemas"]["CertificateId"] | null;
            /** @description What tells it from others. */
            detail: string;
            /** @description Whether the handle is the text as a whole. */
            exact: boolean;
            /** @description By which handle it was found. */
            handle: components["schemas"]["Handle"];
            /** @description Its id. */
            id: string;
            /**
             * @description Such as `certificate`, `target`, `agent`, `job`, `issuer`, `owner`, `team`, `profile`, `renewal_policy`,
             *     `audit_event`.
             */
            kind: string;
            /** @description Its name. */
            title: string;
        };
        /**
         * @description By which handle something was found.
         * @enum {string}
         */
        Handle: "id" | "name" | "serial" | "fingerprint" | "address" | "request_id";
        /** @description The score with its parts. */
        Health: {
            /** @description The parts, the heaviest first. */
            parts: components["schemas"]["PartScore"][];
            /**
             * Format: int32
             * @description 0 to 100: the sum of the parts' points.
             */
            score: number;
        };
        /**
         * @description What is judged.
         * @enum {string}
         */
        HealthPart: "time" | "policy" | "deployment" | "verification" | "key_strength";
        /**
         * @description Why a part earned what it did.
         * @enum {string}
         */
        HealthReason: "good" | "not_issued" | "expired" | "past_renewal" | "renewal_failing" | "renewed_by_hand" | "outside_profile" | "no_targets" | "partly_deployed" | "not_deployed" | "partly_verified" | "not_verified" | "aging_key" | "weak_key";
        /** @description A time during which an agent's health was the same. */
        HealthSpan: {
            /** @description Its beginning, or 24 hours ago. */
            from: components["schemas"]["Time"];
            /** @description Whether the agent was heard from. */
            health: components["schemas"]["AgentHealth"];
            /** @description Its end. */
            until: components["schemas"]["Time"];
        };
        /**
         * @description What is held until a second person says yes, while the rule of two people is on.
         * @enum {string}
         */
        HeldAction: "bulk_revoke" | "replace_ca" | "replace_root" | "grant_admin" | "end_two_people";
        /** @description One key holder of a certificate. */
        Holder: {
            agent_id?: components["schemas"]["AgentId"] | null;
            current_version_id?: components["schemas"]["CertificateVersionId"] | null;
            not_after?: components["schemas"]["Time"] | null;
            renew_after?: components["schemas"]["Time"] | null;
        };
        /** @description The decision about one key holder. */
        HolderExplanation: {
            agent_id?: components["schemas"]["AgentId"] | null;
            /** @description Why, as a stable word such as `point_passed` or `not_yet`. */
            code: string;
            /** @description `renew`, `wait`, or `nothing` when it is not looked at. */
            decision: string;
            hint?: components["schemas"]["RenewalHint"] | null;
            next_look_at?: components["schemas"]["Time"] | null;
            not_after?: components["schemas"]["Time"] | null;
            open_job_id?: components["schemas"]["JobId"] | null;
            /** @description Why, in words. */
            reason: string;
            renew_after?: components["schemas"]["Time"] | null;
        };
        /** @description A PEM text: leaves, each with the CA certificates above it, in any order. Never a private key. */
        ImportBundle: {
            /** @description What the answer calls it, such as a file's name: 1 to 200 letters. */
            name?: string | null;
            /** @description The text, at most 64 KiB. */
            pem: string;
        };
        /** @description Certificates to bring in. The whole body may have 1 MiB; send more in several requests. */
        ImportCertificates: {
            /** @description 1 to 500 texts, such as files, each with one or more certificates. */
            bundles: components["schemas"]["ImportBundle"][];
            /** @description Only say what would become of each; bring nothing in. */
            dry_run?: boolean;
            /** @description The environment of all of them, such as `production`. */
            environment?: string | null;
            issuer_id?: components["schemas"]["IssuerId"] | null;
            mode?: components["schemas"]["ImportMode"] | null;
            owner_id?: components["schemas"]["OwnerId"] | null;
            profile_id?: components["schemas"]["ProfileId"] | null;
            renewal_policy_id?: components["schemas"]["RenewalPolicyId"] | null;
            /** @description Labels of all of them: at most 50, of 1 to 100 letters. */
            tags?: string[];
            team_id?: components["schemas"]["TeamId"] | null;
        };
        /** @description What became of one certificate. */
        ImportItem: {
            /**
             * Format: int64
             * @description The place of its bundle in the request, from 0.
             */
            bundle: number;
            /** @description Refused: why, in words. */
            cause?: string | null;
            certificate_id?: components["schemas"]["CertificateId"] | null;
            /** @description Refused: why, as a stable word. */
            code?: string | null;
            /** @description SHA-256 of the DER, lower-case hexadecimal. */
            fingerprint_sha256?: string | null;
            /** @description Who signed it. */
            issuer?: string | null;
            /** @description The name of its bundle. */
            name?: string | null;
            /** @description The names that it is for. */
            names: string[];
            not_after?: components["schemas"]["Time"] | null;
            /**
             * Format: int64
             * @description Which certificate of the bundle, from 1; absent when the bundle as a whole is meant.
             */
            number?: number | null;
            /** @description What became of it. */
            outcome: components["schemas"]["ImportOutcome"];
            /** @description Its subject. */
            subject?: string | null;
            /** @description What may stand against its renewal, in words. */
            warnings: string[];
        };
        /**
         * @description As what certificates are brought in.
         * @enum {string}
         */
        ImportMode: "managed" | "found";
        /**
         * @description What became of one certificate of an import.
         * @enum {string}
         */
        ImportOutcome: "imported" | "claimed" | "exists" | "refused";
        /** @description What became of each certificate, in the order of the bundles. */
        ImportResult: {
            /**
             * Format: int64
             * @description How many were watched only, and are managed now.
             */
            claimed: number;
            /**
             * Format: int64
             * @description How many were here already.
             */
            existing: number;
            /**
             * Format: int64
             * @description How many are new here.
             */
            imported: number;
            /** @description Each certificate; a bundle that cannot be read is one item. */
            items: components["schemas"]["ImportItem"][];
            /**
             * Format: int64
             * @description How many were not brought in.
             */
            refused: number;
        };
        /** @description A one-time join token, without the token. */
        Invitation: {
            agent_id?: components["schemas"]["AgentId"] | null;
            /** @description When it was made. */
            created_at: components["schemas"]["Time"];
            /** @description When it ends, if it is not used before. */
            expires_at: components["schemas"]["Time"];
            /** @description Id. */
            id: components["schemas"]["InvitationId"];
            /** @description The name that the agent will have. */
            name: string;
            used_at?: components["schemas"]["Time"] | null;
        };
        /** @description A new invitation with its token, shown once. */
        InvitationCreated: {
            /** @description The line to paste on the host. */
            command: string;
            /** @description The invitation. */
            invitation: components["schemas"]["Invitation"];
            /** @description The token. */
            token: string;
        };
        /** @description The id of a invitation */
        InvitationId: string;
        /** @description What each issuer signed in each week. */
        IssuanceStats: {
            /** @description The moment of the counts. */
            as_of: components["schemas"]["Time"];
            /** @description The issuers, the busiest first. */
            issuers: components["schemas"]["IssuerTotal"][];
            /** @description Each week from Monday on, in UTC, the oldest first; the last one is this week. */
            weeks: components["schemas"]["IssuanceWeek"][];
        };
        /** @description What the issuers signed in a week. */
        IssuanceWeek: {
            /** @description The date of its Monday, such as `2026-11-23`. */
            date: string;
            /** @description How many versions each issuer signed, by its id. */
            signed: {
                [key: string]: number;
            };
            /**
             * Format: int64
             * @description How many in all.
             */
            total: number;
        };
        /** @description A configured CA. */
        Issuer: {
            /** @description Its CA certificates, issuing one first (PEM). For an authority outside those that it gave last; empty before it gave any. */
            chain_pem: string;
            /** @description Its configuration, without secrets. */
            config: unknown;
            /** @description When it was made. */
            created_at: components["schemas"]["Time"];
            /** @description How it is doing. */
            health: components["schemas"]["IssuerHealth"];
            /** @description Id. */
            id: components["schemas"]["IssuerId"];
            /** @description Such as `local_ca`. */
            kind: string;
            /** @description A name for people, 1 to 200 letters. */
            name: string;
            not_after?: components["schemas"]["Time"] | null;
            paused_at?: components["schemas"]["Time"] | null;
            /** @description Why, in the words of who paused it. */
            paused_because?: string | null;
            /**
             * Format: int64
             * @description Counts changes; the `ETag`.
             */
            revision: number;
            /** @description The secret fields of the configuration that are set. Their values are never shown. */
            secrets?: string[];
            /** @description When it was last changed. */
            updated_at: components["schemas"]["Time"];
        };
        /** @description How many new orders an issuer's account may make. */
        IssuerBudget: {
            /**
             * Format: int64
             * @description So many in the window, which ends now and moves on.
             */
            limit: number;
            next_at?: components["schemas"]["Time"] | null;
            /**
             * Format: int64
             * @description So many were begun in it.
             */
            used: number;
            /**
             * Format: int64
             * @description How long the window is.
             */
            window_seconds: number;
        };
        /** @description How an issuer is doing, by what it was asked for. */
        IssuerHealth: {
            budget?: components["schemas"]["IssuerBudget"] | null;
            /**
             * Format: int64
             * @description How many were given up.
             */
            failed: number;
            failing_since?: components["schemas"]["Time"] | null;
            /** @description Why, for a person. */
            last_failure?: string | null;
            last_failure_at?: components["schemas"]["Time"] | null;
            last_success_at?: components["schemas"]["Time"] | null;
            /**
             * Format: int64
             * @description How long the middle one of its newest signatures took, in milliseconds; absent without any. This and the next two are
             *     of the last 24 hours, and of the newest 2,000 jobs at most.
             */
            latency_ms?: number | null;
            /** @description Why, in its own words. */
            limited_because?: string | null;
            limited_until?: components["schemas"]["Time"] | null;
            /**
             * Format: int64
             * @description How many of its orders are open.
             */
            open_jobs: number;
            /**
             * Format: int64
             * @description How many of its orders were signed.
             */
            signed: number;
            /** @description In a word. */
            state: components["schemas"]["IssuerState"];
        };
        /** @description The id of a issuer */
        IssuerId: string;
        /** @description A kind of issuer. */
        IssuerKind: {
            /** @description Such as `local_ca`. */
            kind: string;
            /** @description JSON Schema of `config`. */
            schema: unknown;
            /** @description For people. */
            title: string;
        };
        /**
         * @description How an issuer is doing.
         * @enum {string}
         */
        IssuerState: "ok" | "failing" | "unknown";
        /** @description What an issuer signed in all. */
        IssuerTotal: {
            /** @description Which issuer. */
            issuer_id: components["schemas"]["IssuerId"];
            /** @description A name for people. */
            name: string;
            /**
             * Format: int64
             * @description How many versions it signed.
             */
            signed: number;
        };
        /**
         * @description What became of one certificate of an operation.
         * @enum {string}
         */
        ItemResult: "done" | "skipped" | "failed";
        /** @description One unit of work. */
        Job: {
            agent_id?: components["schemas"]["AgentId"] | null;
            /** @description Its name; absent when it is gone. */
            agent_name?: string | null;
            /** @description Why a person has to approve it before it is signed; absent when nobody has to. */
            approval_because?: string | null;
            /**
             * Format: int64
             * @description Tries so far.
             */
            attempts: number;
            cause_code?: components["schemas"]["CauseCode"] | null;
            /** @description For which certificate. */
            certificate_id: components["schemas"]["CertificateId"];
            /** @description Its name. */
            certificate_name?: string | null;
            /** @description When it was written. */
            created_at: components["schemas"]["Time"];
            deadline?: components["schemas"]["Time"] | null;
            deployment_id?: components["schemas"]["DeploymentId"] | null;
            /** @description The cause of the last failure, for a person. */
            error?: string | null;
            finished_at?: components["schemas"]["Time"] | null;
            /** @description What it waits for although it could run, for a person: its issuer takes no new orders. Absent when nothing holds it up. */
            held_because?: string | null;
            /** @description Id. */
            id: components["schemas"]["JobId"];
            /** @description What it does. */
            kind: components["schemas"]["JobKind"];
            /**
             * Format: int64
             * @description Tries in all.
             */
            max_attempts: number;
            /** @description Why it was started, in words. */
            reason: string;
            /** @description The id of the request that asked for it; absent when none did. */
            request_id?: string | null;
            /** @description Who asked for it. */
            requested_by: components["schemas"]["Actor"];
            /** @description What they are called; absent when they are gone, and for the control plane. */
            requested_by_name?: string | null;
            /** @description It is not begun before this time. */
            run_after: components["schemas"]["Time"];
            /** @description How far it is. */
            state: components["schemas"]["JobState"];
            target_id?: components["schemas"]["TargetId"] | null;
            /** @description Its name; absent when it is gone. */
            target_name?: string | null;
            /** @description The trace of that request, as collectors of traces name it; absent when it is in none. */
            trace_id?: string | null;
            /** @description When it was last changed. */
            updated_at: components["schemas"]["Time"];
            version_id?: components["schemas"]["CertificateVersionId"] | null;
        };
        /** @description Why a job is called off or tried again. */
        JobAction: {
            /** @description For the audit trail. */
            reason?: string | null;
        };
        /** @description A job with its log of steps. */
        JobDetail: {
            /** @description What was decided about it by approvers, oldest first. */
            approvals?: components["schemas"]["Approval"][];
            /** @description The job. */
            job: components["schemas"]["Job"];
            order?: components["schemas"]["Order"] | null;
            /** @description What was done, oldest first. */
            steps: components["schemas"]["JobStep"][];
        };
        /** @description The id of a job */
        JobId: string;
        /** @description A job that the agent is at. */
        JobInHand: {
            /** @description Which job. */
            job_id: components["schemas"]["JobId"];
            /** @description With which lease. */
            lease_token: string;
        };
        /**
         * @description What a job does.
         * @enum {string}
         */
        JobKind: "Issuance" | "Renewal" | "Deployment" | "Validation";
        /** @description How far a deployment is, or how it ended; or what came of a look at live endpoints. */
        JobReport: {
            /** @description The lease under which the work was done. */
            lease_token: string;
            result?: components["schemas"]["DeployResult"] | null;
            /** @description Steps since the last report. */
            steps: components["schemas"]["StepReport"][];
            verified?: components["schemas"]["VerifyResult"] | null;
        };
        /** @description What came of one of several jobs. */
        JobRetried: {
            /** @description Why not, as the problem's code. */
            code?: string | null;
            /** @description Why not, for a person. */
            detail?: string | null;
            /** @description Which. */
            job_id: components["schemas"]["JobId"];
            /** @description Whether it begins again. */
            ok: boolean;
        };
        /** @description What came of it, job by job. */
        JobsRetried: {
            /** @description Each of them. */
            items: components["schemas"]["JobRetried"][];
            /**
             * Format: int64
             * @description How many more failed jobs the filter has.
             */
            left: number;
            /**
             * Format: int64
             * @description How many were refused.
             */
            refused: number;
            /**
             * Format: int64
             * @description How many jobs begin again.
             */
            retried: number;
        };
        /** @description Jobs that were started. */
        JobsStarted: {
            /** @description The jobs. */
            jobs: components["schemas"]["Job"][];
        };
        /**
         * @description Where a job is.
         * @enum {string}
         */
        JobState: "Pending" | "AwaitingApproval" | "AwaitingCSR" | "Running" | "Completed" | "Failed" | "Cancelled";
        /** @description One step of a job. */
        JobStep: {
            /** @description When it ended. */
            at: components["schemas"]["Time"];
            /**
             * Format: int64
             * @description Which try.
             */
            attempt: number;
            /** @description What was seen. */
            detail: string;
            /**
             * Format: int64
             * @description How long it took, in milliseconds.
             */
            milliseconds?: number | null;
            /** @description Such as `stage`, `validate`, `reload`, `probe`. */
            name: string;
            /** @description `ok` or `failed`. */
            outcome: string;
        };
        /** @description A new agent's identity. */
        JoinAnswer: {
            /** @description The id that the agent has from now on. */
            agent_id: components["schemas"]["AgentId"];
            /** @description The CA of the control plane's TLS certificate (PEM). */
            ca_pem: string;
            /** @description Identity certificate and its CA (PEM). */
            certificate_pem: string;
        };
        /** @description Redeem a join token. */
        JoinRequest: {
            /**
             * Format: certificate-request
             * @description The agent's CSR (PEM) for its identity.
             */
            csr_pem: string;
            /** @description Such as `linux/x86_64`. */
            platform: string;
            /** @description The invitation's secret part. */
            token: string;
            /** @description Its program's version. */
            version: string;
        };
        /** @description What became of one key. */
        KeyReport: {
            /** @description Of which certificate. */
            certificate_id: components["schemas"]["CertificateId"];
            /** @description Why it was kept; absent: it is not on the host any more. */
            kept_because?: string | null;
            /** @description Which key. */
            public_key_sha256: string;
        };
        /** @description What was made of a report on keys. */
        KeysNoted: {
            /**
             * Format: int32
             * @description How many of them were news.
             */
            noted: number;
        };
        /** @description What became of keys that were no longer needed. */
        KeysReport: {
            /** @description Each of them. */
            keys: components["schemas"]["KeyReport"][];
        };
        /**
         * @description Who makes the key.
         * @enum {string}
         */
        KeyStrategy: "per_host" | "shared" | "external" | "server" | "found";
        /** @description One number, with its last days and the rows that it counts. */
        KeyValue: {
            /** @description The last ten days, the oldest first; the last one is today, as of now. */
            history: components["schemas"]["DayValue"][];
            /**
             * @description What it counts: `certificates`, `healthy`, `due`, `failing`, `unverified`, `expired`, `waiting`, `renewing`,
             *     `pending`, `agents_online`.
             */
            name: string;
            /**
             * Format: int64
             * @description What it is a part of: all certificates, or all agents.
             */
            of: number;
            /** @description The list that shows exactly what is counted. */
            rows: components["schemas"]["RowsFilter"];
            /**
             * Format: int64
             * @description The number.
             */
            value: number;
        };
        /** @description The work of a round for one key holder. */
        Lane: {
            agent_id?: components["schemas"]["AgentId"] | null;
            /**
             * Format: int64
             * @description Tries of the issuing job so far.
             */
            attempts: number;
            /** @description The issuing job; the deployment for a round that only deploys. */
            job_id: components["schemas"]["JobId"];
            /**
             * Format: int64
             * @description Tries in all.
             */
            max_attempts: number;
            next_attempt_at?: components["schemas"]["Time"] | null;
            /** @description How far it is. */
            state: components["schemas"]["Progress"];
            /** @description The steps, in their order. */
            steps: components["schemas"]["LaneStep"][];
            /** @description All tries of the lane's jobs, issuing ones first, each job's in their order. */
            tries: components["schemas"]["Attempt"][];
            version_id?: components["schemas"]["CertificateVersionId"] | null;
        };
        /** @description One step of a lane. */
        LaneStep: {
            actor?: components["schemas"]["Actor"] | null;
            at?: components["schemas"]["Time"] | null;
            /** @description The cause of its failure, for a person. */
            cause?: string | null;
            /**
             * Format: int64
             * @description Milliseconds since the step before ended.
             */
            milliseconds?: number | null;
            /** @description Which. */
            name: components["schemas"]["StepName"];
            retry_job_id?: components["schemas"]["JobId"] | null;
            started_at?: components["schemas"]["Time"] | null;
            /** @description How far it is. */
            state: components["schemas"]["Progress"];
            /** @description Deployed and verified: one for each target. */
            targets: components["schemas"]["TargetStep"][];
            why?: components["schemas"]["Cause"] | null;
        };
        /** @description The last test of a target's present configuration. */
        LastTargetTest: {
            /** @description When it came there. */
            at: components["schemas"]["Time"];
            /** @description Which. */
            id: components["schemas"]["TargetTestId"];
            /** @description Where it is. */
            state: components["schemas"]["TargetTestState"];
        };
        /** @description A longer lease. */
        LeaseExtended: {
            /** @description Its new end. */
            lease_expires_at: components["schemas"]["Time"];
        };
        /** @description How many targets were last seen serving the current version. */
        LiveSummary: {
            /**
             * Format: int64
             * @description Seen serving it.
             */
            live: number;
            /**
             * Format: int64
             * @description All targets.
             */
            targets: number;
            unverified_since?: components["schemas"]["Time"] | null;
        };
        /** @description Sign in with a user name and password, or with a key; the answer sets a session cookie. */
        LoginRequest: {
            /** @description An API key, `ck_...`, in place of the two. */
            api_key?: string | null;
            /**
             * Format: password
             * @description The password of the user.
             */
            password?: string | null;
            /** @description The user name. */
            username?: string | null;
        };
        /** @description A certificate that would be renewed at another time. */
        MovedCertificate: {
            /** @description Which. */
            certificate_id: components["schemas"]["CertificateId"];
            /** @description Its name. */
            name: string;
            renew_after?: components["schemas"]["Time"] | null;
            would_renew_after?: components["schemas"]["Time"] | null;
        };
        /** @description Something that needs a person: one cause with all that it touches. */
        Need: {
            /** @description What this caller may do about it. */
            actions: components["schemas"]["NeedAction"][];
            /** @description The open, acknowledged and snoozed alerts about it. */
            alerts: components["schemas"]["NeedAlerts"];
            /** @description How soon it turns into an outage. */
            band: components["schemas"]["NeedBand"];
            /** @description How much it touches. */
            blast: components["schemas"]["BlastRadius"];
            /**
             * @description Why, for a program: `expired`, `renewal_failing`, `not_verified_live`, `agent_offline`, `issuer_unreachable`,
             *     `approvals_waiting`, `csr_waiting`, or the kind of an alert such as `own_certificate_expiring`.
             */
            code: string;
            deadline?: components["schemas"]["Time"] | null;
            /** @description Why the caller has hidden it, if a reason was given. */
            hidden_because?: string | null;
            hidden_until?: components["schemas"]["Time"] | null;
            /** @description Whether it comes back before that, as soon as it changes. */
            hidden_until_change?: boolean;
            /** @description The same for the same cause, such as `issuer_unreachable:iss-local`. */
            id: string;
            /** @description The facts of it, by name. */
            params: unknown;
            /** @description The list that shows what it touches. */
            rows: components["schemas"]["RowsFilter"];
            sample_id?: components["schemas"]["CertificateId"] | null;
            since?: components["schemas"]["Time"] | null;
            /** @description In words. */
            title: string;
        };
        /** @description Something that can be done. */
        NeedAction: {
            /** @description What: `renew`, `deploy`, `approve`, `upload_csr`, `test_issuer`, `look_at_agent`, `acknowledge`. */
            code: string;
            /** @description The HTTP method. */
            method: string;
            /** @description The path under `/api/v1`. */
            path: string;
            /** @description The permission that it takes; the caller has it. */
            permission: components["schemas"]["Permission"];
        };
        /** @description The alerts about a need. */
        NeedAlerts: {
            /**
             * Format: int64
             * @description Somebody knows of these.
             */
            acknowledged: number;
            /**
             * Format: int64
             * @description Nobody has taken these.
             */
            open: number;
            /**
             * Format: int64
             * @description These are quiet.
             */
            snoozed: number;
            snoozed_until?: components["schemas"]["Time"] | null;
        };
        /**
         * @description When a need turns into an outage.
         * @enum {string}
         */
        NeedBand: "urgent" | "week" | "later" | "waiting";
        /** @description What needs a person, the most pressing first. */
        Needs: {
            /** @description The moment of the counts. */
            as_of: components["schemas"]["Time"];
            /**
             * Format: int64
             * @description How many the caller has hidden for a while: they are not among the items unless `hidden=true` asks for them.
             */
            hidden?: number;
            /** @description The needs. */
            items: components["schemas"]["Need"][];
            /**
             * Format: int64
             * @description How many of them are snoozed: every alert about them is.
             */
            snoozed: number;
            /**
             * Format: int64
             * @description How many needs there are, those included that `limit` leaves out.
             */
            total: number;
        };
        /** @description A need that the caller does not see until then. */
        NeedSnoozed: {
            /** @description Its `id`. */
            cause: string;
            /** @description Until when at the latest. */
            until: components["schemas"]["Time"];
            /** @description Whether it comes back as soon as it changes. */
            until_change: boolean;
        };
        /** @description What happens next by itself. */
        NextStep: {
            /** @description When. */
            at: components["schemas"]["Time"];
            /** @description What, in words. */
            what: string;
        };
        /** @description What was said of an alert, as it was then. */
        Notification: {
            alert_id?: components["schemas"]["AlertId"] | null;
            /** @description Why. */
            cause: string;
            certificate_id?: components["schemas"]["CertificateId"] | null;
            /** @description When it was said. */
            created_at: components["schemas"]["Time"];
            /** @description Its ways to its receivers. */
            deliveries: components["schemas"]["Delivery"][];
            /** @description Where it was. */
            environment?: string | null;
            /** @description What happened. */
            event: components["schemas"]["NotificationEvent"];
            /** @description Id; receivers see the same one at every try. */
            id: components["schemas"]["NotificationId"];
            kind?: components["schemas"]["AlertKind"] | null;
            /** @description Which object. */
            object_id: string;
            /** @description Kind of object. */
            object_kind: string;
            owner_id?: components["schemas"]["OwnerId"] | null;
            read_at?: components["schemas"]["Time"] | null;
            /** @description Who. */
            read_by?: string | null;
            /** @description How urgent it was. */
            severity: components["schemas"]["AlertSeverity"];
            team_id?: components["schemas"]["TeamId"] | null;
            /** @description One line. */
            title: string;
        };
        /**
         * @description What a notification says.
         * @enum {string}
         */
        NotificationEvent: "opened" | "reminder" | "changed" | "escalated" | "acknowledged" | "closed" | "digest" | "test";
        /** @description The id of a notification */
        NotificationId: string;
        /** @description What became of many notifications. */
        NotificationsRead: {
            /** @description Whether there are more: call again. */
            more: boolean;
            /**
             * Format: int64
             * @description How many were marked as read.
             */
            read: number;
        };
        /** @description A channel. */
        Notifier: {
            /** @description By the schema of its kind, without the secrets. */
            config: Record<string, never>;
            /** @description When it was made. */
            created_at: components["schemas"]["Time"];
            digest?: components["schemas"]["Digest"] | null;
            /** @description Whether it is told of anything. */
            enabled: boolean;
            /** @description How it is doing. */
            health: components["schemas"]["NotifierHealth"];
            /** @description Id. */
            id: components["schemas"]["NotifierId"];
            /** @description What it is. */
            kind: components["schemas"]["NotifierKind"];
            /** @description A name for people, 1 to 200 letters. */
            name: string;
            /** @description Whether it has texts of its own. */
            own_template: boolean;
            /**
             * Format: int64
             * @description Counts changes; the `ETag`.
             */
            revision: number;
            /** @description Which alerts it is told of. */
            routing: components["schemas"]["Routing"];
            /** @description The secret fields of the configuration that are set. Their values are never shown. */
            secrets: string[];
            /** @description When it was last changed. */
            updated_at: components["schemas"]["Time"];
        };
        /** @description How a channel is doing. */
        NotifierHealth: {
            digest_at?: components["schemas"]["Time"] | null;
            failing_since?: components["schemas"]["Time"] | null;
            gave_up_at?: components["schemas"]["Time"] | null;
            hold_until?: components["schemas"]["Time"] | null;
            /** @description What the last failure was. */
            last_error?: string | null;
            last_sent_at?: components["schemas"]["Time"] | null;
            /** @description Whether its last try was confirmed, or there was none yet. */
            ok: boolean;
        };
        /** @description The id of a notifier */
        NotifierId: string;
        /**
         * @description A kind of channel.
         * @enum {string}
         */
        NotifierKind: "smtp" | "webhook" | "slack" | "teams" | "pagerduty" | "opsgenie";
        /** @description A kind of channel. */
        NotifierKindInfo: {
            /** @description Its word. */
            kind: components["schemas"]["NotifierKind"];
            /** @description JSON Schema of `config`; `x-order` and `x-group` say how a form shows it, `x-secret` what is never shown. */
            schema: Record<string, never>;
            /** @description For people. */
            title: string;
        };
        /** @description The texts of a channel's messages, as templates (minijinja). */
        NotifierTemplate: {
            /** @description As HTML; mail only. */
            html?: string | null;
            /** @description The parts that are the channel's own: `title`, `text`, `html`; the others are built in. */
            own: string[];
            /**
             * Format: int64
             * @description The notifier's revision; the `ETag`.
             */
            revision: number;
            /** @description More lines. */
            text: string;
            /** @description One line. */
            title: string;
            /** @description What a template can name. */
            variables: components["schemas"]["TemplateVariable"][];
        };
        /** @description Alerts that are not closed: `GET /alerts?certificate_id=` has them. */
        OpenAlerts: {
            /**
             * Format: int64
             * @description Those that are critical.
             */
            critical: number;
            /**
             * Format: int64
             * @description All.
             */
            open: number;
        };
        /** @description A bulk operation. */
        Operation: {
            /** @description What is done. */
            action: components["schemas"]["BulkAction"];
            /** @description Who started it. */
            actor: components["schemas"]["Actor"];
            /** @description Why it was called off. */
            cause?: string | null;
            /** @description When it was planned. */
            created_at: components["schemas"]["Time"];
            /**
             * Format: int64
             * @description Changed, or work was started.
             */
            done: number;
            estimated_finish_at?: components["schemas"]["Time"] | null;
            /**
             * Format: int64
             * @description Refused; `items?result=failed` says why, and `retry-failed` tries them again.
             */
            failed: number;
            finished_at?: components["schemas"]["Time"] | null;
            /** @description Id. */
            id: components["schemas"]["OperationId"];
            /** @description The values of the action. */
            params: unknown;
            /** @description What the plan had counted. */
            plan: unknown;
            /**
             * Format: int64
             * @description How many of them were seen to.
             */
            processed: number;
            /** @description Why, if it was said. */
            reason?: string | null;
            /**
             * Format: int64
             * @description How many certificates are selected.
             */
            selected: number;
            /** @description What was selected: `ids` (how many were named), `filter`, or `failed_of` (an operation). */
            selection: unknown;
            /**
             * Format: int64
             * @description Left as they are, by a rule.
             */
            skipped: number;
            started_at?: components["schemas"]["Time"] | null;
            /** @description How far it is. */
            state: components["schemas"]["OperationState"];
            /** @description When it last moved. */
            updated_at: components["schemas"]["Time"];
        };
        /** @description Why an operation is called off, or its failures are tried again. */
        OperationAction: {
            /** @description For the audit trail: 1 to 500 letters. */
            reason?: string | null;
        };
        /** @description The id of a operation */
        OperationId: string;
        /** @description What became of one certificate of an operation. */
        OperationItem: {
            /** @description When it was seen to. */
            at: components["schemas"]["Time"];
            /** @description The same in words. */
            cause?: string | null;
            /** @description The certificate, as it was named. */
            certificate_id: components["schemas"]["CertificateId"];
            /** @description Skipped: the reason. Failed: the refusal's stable code. */
            code?: string | null;
            /** @description The jobs that were started. */
            job_ids: components["schemas"]["JobId"][];
            /** @description In a word. */
            result: components["schemas"]["ItemResult"];
        };
        /**
         * @description Where an operation is.
         * @enum {string}
         */
        OperationState: "Planning" | "Planned" | "Running" | "Completed" | "Cancelled";
        /** @description An order at an authority outside. */
        Order: {
            /** @description When it was begun. */
            began_at: components["schemas"]["Time"];
            /** @description The proofs of control that it needs or needed, oldest first. */
            challenges: components["schemas"]["Challenge"][];
            /** @description When it is given up. */
            deadline_at: components["schemas"]["Time"];
            /** @description What it waits for, for a person. */
            doing: string;
            ended_at?: components["schemas"]["Time"] | null;
            /** @description By which issuer. */
            issuer_id: components["schemas"]["IssuerId"];
            /** @description When it last moved. */
            updated_at: components["schemas"]["Time"];
        };
        /**
         * @description How it ended.
         * @enum {string}
         */
        Outcome: "success" | "denied" | "failure";
        /** @description A certificate of the control plane's own. */
        OwnCertificate: {
            /** @description Its end. */
            not_after: components["schemas"]["Time"];
            /** @description Whether the control plane renews it by itself; a certificate from files is renewed by who writes them. */
            renews_itself: boolean;
            /** @description `server` (its TLS), `server_ca` (who signs that) or `agents_ca` (who signs the agents' identities). */
            role: string;
        };
        /** @description One owner. */
        Owner: {
            /** @description When it was made. */
            created_at: components["schemas"]["Time"];
            /** @description The e-mail address that alerts go to. */
            email?: string | null;
            /** @description Id. */
            id: components["schemas"]["OwnerId"];
            /** @description A name for people, 1 to 200 letters. */
            name: string;
            /**
             * Format: int64
             * @description Counts changes; the `ETag`.
             */
            revision: number;
            /** @description When it was last changed. */
            updated_at: components["schemas"]["Time"];
        };
        /** @description The id of a owner */
        OwnerId: string;
        /** @description One page of a list. */
        Page_Agent: {
            /** @description What is on the page. */
            items: components["schemas"]["Agent"][];
            /** @description Ask with this `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description The number of all items that match, when `total=true` was asked.
             */
            total?: number | null;
        };
        /** @description One page of a list. */
        Page_Alert: {
            /** @description What is on the page. */
            items: components["schemas"]["Alert"][];
            /** @description Ask with this `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description The number of all items that match, when `total=true` was asked.
             */
            total?: number | null;
        };
        /** @description One page of a list. */
        Page_AlertRule: {
            /** @description What is on the page. */
            items: components["schemas"]["AlertRule"][];
            /** @description Ask with this `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description The number of all items that match, when `total=true` was asked.
             */
            total?: number | null;
        };
        /** @description One page of a list. */
        Page_ApiKey: {
            /** @description What is on the page. */
            items: components["schemas"]["ApiKey"][];
            /** @description Ask with this `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description The number of all items that match, when `total=true` was asked.
             */
            total?: number | null;
        };
        /** @description One page of a list. */
        Page_AuditEvent: {
            /** @description What is on the page. */
            items: components["schemas"]["AuditEvent"][];
            /** @description Ask with this `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description The number of all items that match, when `total=true` was asked.
             */
            total?: number | null;
        };
        /** @description One page of a list. */
        Page_Ca: {
            /** @description What is on the page. */
            items: components["schemas"]["Ca"][];
            /** @description Ask with this `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description The number of all items that match, when `total=true` was asked.
             */
            total?: number | null;
        };
        /** @description One page of a list. */
        Page_Certificate: {
            /** @description What is on the page. */
            items: components["schemas"]["Certificate"][];
            /** @description Ask with this `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description The number of all items that match, when `total=true` was asked.
             */
            total?: number | null;
        };
        /** @description One page of a list. */
        Page_Confirmation: {
            /** @description What is on the page. */
            items: components["schemas"]["Confirmation"][];
            /** @description Ask with this `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description The number of all items that match, when `total=true` was asked.
             */
            total?: number | null;
        };
        /** @description One page of a list. */
        Page_Deployment: {
            /** @description What is on the page. */
            items: components["schemas"]["Deployment"][];
            /** @description Ask with this `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description The number of all items that match, when `total=true` was asked.
             */
            total?: number | null;
        };
        /** @description One page of a list. */
        Page_DnsProvider: {
            /** @description What is on the page. */
            items: components["schemas"]["DnsProvider"][];
            /** @description Ask with this `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description The number of all items that match, when `total=true` was asked.
             */
            total?: number | null;
        };
        /** @description One page of a list. */
        Page_Invitation: {
            /** @description What is on the page. */
            items: components["schemas"]["Invitation"][];
            /** @description Ask with this `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description The number of all items that match, when `total=true` was asked.
             */
            total?: number | null;
        };
        /** @description One page of a list. */
        Page_Issuer: {
            /** @description What is on the page. */
            items: components["schemas"]["Issuer"][];
            /** @description Ask with this `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description The number of all items that match, when `total=true` was asked.
             */
            total?: number | null;
        };
        /** @description One page of a list. */
        Page_Job: {
            /** @description What is on the page. */
            items: components["schemas"]["Job"][];
            /** @description Ask with this `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description The number of all items that match, when `total=true` was asked.
             */
            total?: number | null;
        };
        /** @description One page of a list. */
        Page_Notification: {
            /** @description What is on the page. */
            items: components["schemas"]["Notification"][];
            /** @description Ask with this `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description The number of all items that match, when `total=true` was asked.
             */
            total?: number | null;
        };
        /** @description One page of a list. */
        Page_Notifier: {
            /** @description What is on the page. */
            items: components["schemas"]["Notifier"][];
            /** @description Ask with this `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description The number of all items that match, when `total=true` was asked.
             */
            total?: number | null;
        };
        /** @description One page of a list. */
        Page_Operation: {
            /** @description What is on the page. */
            items: components["schemas"]["Operation"][];
            /** @description Ask with this `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description The number of all items that match, when `total=true` was asked.
             */
            total?: number | null;
        };
        /** @description One page of a list. */
        Page_OperationItem: {
            /** @description What is on the page. */
            items: components["schemas"]["OperationItem"][];
            /** @description Ask with this `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description The number of all items that match, when `total=true` was asked.
             */
            total?: number | null;
        };
        /** @description One page of a list. */
        Page_Owner: {
            /** @description What is on the page. */
            items: components["schemas"]["Owner"][];
            /** @description Ask with this `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description The number of all items that match, when `total=true` was asked.
             */
            total?: number | null;
        };
        /** @description One page of a list. */
        Page_Person: {
            /** @description What is on the page. */
            items: components["schemas"]["Person"][];
            /** @description Ask with this `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description The number of all items that match, when `total=true` was asked.
             */
            total?: number | null;
        };
        /** @description One page of a list. */
        Page_PolicyRule: {
            /** @description What is on the page. */
            items: components["schemas"]["PolicyRule"][];
            /** @description Ask with this `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description The number of all items that match, when `total=true` was asked.
             */
            total?: number | null;
        };
        /** @description One page of a list. */
        Page_Profile: {
            /** @description What is on the page. */
            items: components["schemas"]["Profile"][];
            /** @description Ask with this `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description The number of all items that match, when `total=true` was asked.
             */
            total?: number | null;
        };
        /** @description One page of a list. */
        Page_RenewalPolicy: {
            /** @description What is on the page. */
            items: components["schemas"]["RenewalPolicy"][];
            /** @description Ask with this `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description The number of all items that match, when `total=true` was asked.
             */
            total?: number | null;
        };
        /** @description One page of a list. */
        Page_Revocation: {
            /** @description What is on the page. */
            items: components["schemas"]["Revocation"][];
            /** @description Ask with this `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description The number of all items that match, when `total=true` was asked.
             */
            total?: number | null;
        };
        /** @description One page of a list. */
        Page_Session: {
            /** @description What is on the page. */
            items: components["schemas"]["Session"][];
            /** @description Ask with this `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description The number of all items that match, when `total=true` was asked.
             */
            total?: number | null;
        };
        /** @description One page of a list. */
        Page_Tag: {
            /** @description What is on the page. */
            items: components["schemas"]["Tag"][];
            /** @description Ask with this `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description The number of all items that match, when `total=true` was asked.
             */
            total?: number | null;
        };
        /** @description One page of a list. */
        Page_Target: {
            /** @description What is on the page. */
            items: components["schemas"]["Target"][];
            /** @description Ask with this `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description The number of all items that match, when `total=true` was asked.
             */
            total?: number | null;
        };
        /** @description One page of a list. */
        Page_Team: {
            /** @description What is on the page. */
            items: components["schemas"]["Team"][];
            /** @description Ask with this `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description The number of all items that match, when `total=true` was asked.
             */
            total?: number | null;
        };
        /** @description One page of a list. */
        Page_User: {
            /** @description What is on the page. */
            items: components["schemas"]["User"][];
            /** @description Ask with this `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description The number of all items that match, when `total=true` was asked.
             */
            total?: number | null;
        };
        /** @description One page of a list. */
        Page_Version: {
            /** @description What is on the page. */
            items: components["schemas"]["Version"][];
            /** @description Ask with this `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description The number of all items that match, when `total=true` was asked.
             */
            total?: number | null;
        };
        /** @description One page of a list. */
        Page_View: {
            /** @description What is on the page. */
            items: components["schemas"]["View"][];
            /** @description Ask with this `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description The number of all items that match, when `total=true` was asked.
             */
            total?: number | null;
        };
        /** @description One page of a list. */
        Page_Violation: {
            /** @description What is on the page. */
            items: components["schemas"]["Violation"][];
            /** @description Ask with this `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description The number of all items that match, when `total=true` was asked.
             */
            total?: number | null;
        };
        /** @description One page of a list. */
        Page_WaitingApproval: {
            /** @description What is on the page. */
            items: components["schemas"]["WaitingApproval"][];
            /** @description Ask with this `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description The number of all items that match, when `total=true` was asked.
             */
            total?: number | null;
        };
        /** @description What one part earned. */
        PartScore: {
            /**
             * Format: int32
             * @description The most that it can earn.
             */
            of: number;
            /** @description Which part. */
            part: components["schemas"]["HealthPart"];
            /**
             * Format: int32
             * @description What it earned, 0 to `of`.
             */
            points: number;
            /** @description Why. */
            reason: components["schemas"]["HealthReason"];
        };
        /** @description One day in UTC. */
        PastDay: {
            /**
             * Format: int64
             * @description How many objects began to match, of what is known; absent when nothing is.
             */
            count?: number | null;
            /** @description Such as `2026-11-29`. */
            date: string;
        };
        /** @description A decision that was made. */
        PastDecision: {
            actor?: components["schemas"]["Actor"] | null;
            /** @description When. */
            at: components["schemas"]["Time"];
            /** @description The cause of its failure. */
            error?: string | null;
            /** @description The job that it led to. */
            job_id: components["schemas"]["JobId"];
            /** @description Of which kind. */
            kind: components["schemas"]["JobKind"];
            /** @description Why, in words. */
            reason: string;
            /** @description How far the job is. */
            state: components["schemas"]["JobState"];
        };
        /** @description An issuer that is to take no new orders. */
        PauseIssuer: {
            /** @description Why, for those whose jobs wait. */
            reason?: string | null;
        };
        /**
         * @description What a route asks for.
         * @enum {string}
         */
        Permission: "certificates.read" | "certificates.create" | "certificates.update" | "certificates.archive" | "certificates.renew" | "certificates.deploy" | "certificates.revoke" | "certificates.bulk" | "issuers.read" | "issuers.manage" | "targets.read" | "targets.manage" | "agents.read" | "agents.manage" | "agents.invite" | "jobs.read" | "jobs.operate" | "jobs.approve" | "config.read" | "config.manage" | "policies.read" | "policies.manage" | "alerts.read" | "alerts.operate" | "alerts.manage" | "notifications.read" | "notifications.operate" | "notifiers.read" | "notifiers.manage" | "users.manage" | "keys.manage" | "confirmations.decide" | "audit.read";
        /** @description The TXT record of dns-persist-01, which proves control of a name for as long as it is there. */
        PersistentRecord: {
            /** @description Where it is set, without a dot at the end. */
            record: string;
            /** @description What it says: one of these will do, the first by preference. */
            texts: string[];
        };
        /** @description A person as others see them: who can be asked, or given something. */
        Person: {
            /** @description Id. */
            id: components["schemas"]["UserId"];
            /** @description The name. */
            name: string;
        };
        /** @description What a certificate has in place of values of its renewal policy; what is absent is the policy's. */
        PolicyOverride: {
            /** @description Warn so many days before the end. */
            alert_thresholds_days?: number[] | null;
            /** @description Warn so many percent of the lifetime before the end. */
            alert_thresholds_percent?: number[] | null;
            point?: components["schemas"]["RenewalPoint"] | null;
        };
        /** @description What a rule would hit now. */
        PolicyPreview: {
            /** @description Whether not all were looked at: then the counts are those of the part that was. */
            approximate: boolean;
            /** @description Those that break it, by team; those of no team have none. */
            by_team: components["schemas"]["PreviewedTeam"][];
            /**
             * Format: int64
             * @description How many certificates there are that the caller may see.
             */
            certificates: number;
            /**
             * Format: int64
             * @description How many certificates were looked at.
             */
            checked: number;
            /** @description Some of those that break it. */
            sample: components["schemas"]["PreviewedBreach"][];
            /**
             * Format: int64
             * @description For how many of those the rule holds.
             */
            selected: number;
            /**
             * Format: int64
             * @description How many of those break it.
             */
            violations: number;
        };
        /** @description What the inventory must obey. */
        PolicyRule: {
            /** @description When it was made. */
            created_at: components["schemas"]["Time"];
            /** @description What it is for. */
            description?: string | null;
            /** @description Whether it is switched on. */
            enabled: boolean;
            /** @description Id. */
            id: components["schemas"]["PolicyRuleId"];
            /** @description What it is about. */
            kind: components["schemas"]["RuleKind"];
            /** @description Whether a breach is refused, or only recorded as a violation. */
            mode: components["schemas"]["RuleMode"];
            /** @description A name for people, 1 to 200 letters. */
            name: string;
            /** @description By the schema of its kind. */
            parameters: unknown;
            /**
             * Format: int64
             * @description Counts changes; the `ETag`.
             */
            revision: number;
            /** @description For which certificates it holds: those that fit each part that is set. */
            selector: components["schemas"]["Selector"];
            /** @description How bad a breach is. */
            severity: components["schemas"]["RuleSeverity"];
            /** @description Whether it is being held against the inventory at the moment. */
            sweeping: boolean;
            swept_at?: components["schemas"]["Time"] | null;
            /** @description When it was last changed. */
            updated_at: components["schemas"]["Time"];
        };
        /** @description The id of a policy rule */
        PolicyRuleId: string;
        /** @description A kind of policy rule. */
        PolicyRuleKind: {
            /** @description Such as `AllowedIssuers`. */
            kind: components["schemas"]["RuleKind"];
            /** @description JSON Schema of `parameters`. */
            schema: unknown;
            /** @description For people. */
            title: string;
        };
        /** @description A value of the renewal policy as it holds for the certificate. */
        PolicyValue: {
            /** @description The field of the renewal policy. */
            name: string;
            /** @description Where it comes from. */
            source: components["schemas"]["ValueSource"];
            /** @description Its value; absent for the default rule of `point`. */
            value?: unknown;
        };
        /** @description The id of a policy violation */
        PolicyViolationId: string;
        /** @description Work for the agent; all lists empty when the wait ended without any. */
        PollAnswer: {
            /** @description CSRs wanted. */
            csr_requests: components["schemas"]["CsrRequest"][];
            /** @description Deployments, leased to this agent. */
            deployments: components["schemas"]["DeployWork"][];
            /** @description Jobs in hand whose lease is no longer the agent's: drop them. */
            dropped: components["schemas"]["JobId"][];
            /**
             * @description All proofs of control that are wanted of this agent now, the oldest first, in every answer: those that it
             *     shows and that are not here are taken away.
             */
            proofs?: components["schemas"]["ProofWork"][];
            /** @description Keys to delete, unless the host still needs them: replaced everywhere, past the time for going back. */
            retired_keys: components["schemas"]["RetiredKey"][];
            /** @description Targets to test. */
            tests?: components["schemas"]["TestWork"][];
            /** @description Live endpoints to look at, leased to this agent; only for one that can (`abilities`). */
            verifications?: components["schemas"]["VerifyWork"][];
        };
        /** @description Heartbeat and request for work. */
        PollRequest: {
            /** @description What its program can do beyond what the first ones could: `verify`. */
            abilities?: string[];
            /** @description Random, made at each start of the agent: leases of an earlier start that are not in hand are given back. */
            boot_id: string;
            /** @description Target kinds that its local policy allows. */
            capabilities: string[];
            /** @description DNS providers of its local policy, which set the records of `dns-01`. */
            dns_providers?: components["schemas"]["DnsProviderOffer"][];
            /** @description Jobs under way, by its journal; their leases are extended. */
            in_hand: components["schemas"]["JobInHand"][];
            /** @description Such as `linux/x86_64`. */
            platform: string;
            /** @description Kinds of proofs of control that its local policy allows: `http-01`, `tls-alpn-01`, `dns-01`. */
            proof_kinds?: string[];
            /** @description The proofs that it was asked for and that stand, or cannot; one that waits for another is not among them. */
            proofs?: components["schemas"]["ProofReport"][];
            /** @description Its program's version. */
            version: string;
            /**
             * Format: int32
             * @description How long to wait when there is no work, at most 30.
             */
            wait_seconds: number;
        };
        /** @description What the caller's dashboard remembers. */
        Preferences: {
            /** @description The dashboard's own document. */
            document: {
                [key: string]: unknown;
            };
            /**
             * Format: int64
             * @description Counts changes; the `ETag`. 0 when nothing was stored yet.
             */
            revision: number;
            updated_at?: components["schemas"]["Time"] | null;
        };
        /** @description A rule to be looked at without being made. */
        PreviewAlertRule: {
            /** @description Filters of the subject's list, by name; any of 1 to 5. */
            conditions: {
                [key: string]: string;
            }[];
            group_by?: components["schemas"]["RuleGroup"] | null;
            /** @description A name for people, as the messages would have it. */
            name?: string | null;
            quiet_hours?: components["schemas"]["QuietHours"] | null;
            severity?: components["schemas"]["AlertSeverity"] | null;
            /** @description What it looks at. */
            subject: components["schemas"]["RuleSubject"];
        };
        /** @description A certificate that breaks a rule. */
        PreviewedBreach: {
            /** @description What is wrong, field by field. */
            breaches: components["schemas"]["Breach"][];
            /** @description Which. */
            certificate_id: components["schemas"]["CertificateId"];
            /** @description Its name. */
            name: string;
        };
        /** @description How many certificates of a team break a rule. */
        PreviewedTeam: {
            team_id?: components["schemas"]["TeamId"] | null;
            /**
             * Format: int64
             * @description How many.
             */
            violations: number;
        };
        /** @description What a policy rule would record. */
        PreviewedViolation: {
            /** @description What it finds. */
            detail: string;
            /** @description Which rule. */
            rule_id: components["schemas"]["PolicyRuleId"];
            /** @description Its name. */
            rule_name: string;
            /** @description How bad it is. */
            severity: components["schemas"]["RuleSeverity"];
        };
        /** @description Something that matches. */
        PreviewMatch: {
            /** @description Its id. */
            id: string;
            moment?: components["schemas"]["Time"] | null;
            /** @description Its name; of a job its certificate's. */
            name: string;
        };
        /** @description What would be said of a group. */
        PreviewMessage: {
            /** @description Why. */
            cause: string;
            /** @description Which group, such as `issuer=iss-local`; empty when the rule has none. */
            group_key: string;
            /**
             * Format: int64
             * @description How many it covers.
             */
            members: number;
            /** @description How urgent. */
            severity: components["schemas"]["AlertSeverity"];
            /** @description One line. */
            title: string;
        };
        /** @description Templates to try; an absent part is the notifier's present one. */
        PreviewNotifierTemplate: {
            alert_id?: components["schemas"]["AlertId"] | null;
            /** @description As HTML; mail only. */
            html?: string | null;
            /** @description More lines. */
            text?: string | null;
            /** @description One line. */
            title?: string | null;
        };
        /** @description What the rule would have found, counted from what was recorded. */
        PreviewPast: {
            /** @description For each condition what is counted, or why nothing can be. */
            conditions: components["schemas"]["PreviewPastCondition"][];
            /** @description The last 30 days in UTC, the present one last. */
            days: components["schemas"]["PastDay"][];
            /** @description Whether all of it is known; `conditions` says what is not. */
            known: boolean;
            /**
             * Format: int64
             * @description How many in all, of what is known; absent when nothing is.
             */
            total?: number | null;
        };
        /** @description The past of one condition. */
        PreviewPastCondition: {
            /** @description What is counted, or why nothing can be. */
            because: string;
            /** @description Whether it is known. */
            known: boolean;
        };
        /** @description A rule that is not there yet, to be held against the inventory. */
        PreviewPolicyRule: {
            /** @description What it is about. */
            kind: components["schemas"]["RuleKind"];
            /** @description By the schema of its kind. */
            parameters: Record<string, never> | null;
            selector?: components["schemas"]["Selector"] | null;
        };
        /** @description A change of a renewal policy, to be looked at first; what is absent stays as it is. */
        PreviewRenewalPolicy: {
            /** @description Warn so many days before the end. */
            alert_thresholds_days?: number[] | null;
            /** @description Warn so many percent of the lifetime before the end, 1 to 99. */
            alert_thresholds_percent?: number[] | null;
            /** @description Whether certctl renews by itself. */
            automatic?: boolean | null;
            point?: components["schemas"]["RenewalPoint"] | null;
            /** @description Which policy. */
            policy_id: components["schemas"]["RenewalPolicyId"];
            /** @description Renewals by itself, and their deployments, wait for one of these parts of the week; at any time when empty. */
            windows?: components["schemas"]["WeekWindow"][] | null;
        };
        /** @description Something that does not stand in the way. */
        PreviewWarning: {
            /** @description `already_covered`, `agent_offline` or `no_targets`. */
            code: string;
            /** @description What it is. */
            detail: string;
            /** @description The id of that object. */
            object_id?: string | null;
            /** @description The kind of object that it is about. */
            object_kind?: string | null;
        };
        /** @description An `application/problem+json` body (RFC 9457, section 3). */
        Problem: {
            /** @description The stable code, such as `state_conflict`. */
            code: string;
            /** @description What happened and what to do. */
            detail: string;
            /** @description One entry for each bad field. */
            errors?: components["schemas"]["FieldError"][];
            /** @description Present state and other machine-readable facts, by name. */
            params?: unknown;
            /** @description The request's id, to find it in the log. */
            request_id: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description One line for the kind of problem. */
            title: string;
            /** @description A URI reference that names the kind of problem; ends in `code`. */
            type: string;
        };
        /** @description The limits of an issuance. */
        Profile: {
            /** @description Which issuances need a person's yes before they are signed. */
            approval: components["schemas"]["ApprovalMode"];
            /** @description When it was made. */
            created_at: components["schemas"]["Time"];
            /**
             * Format: int64
             * @description The lifetime when none is asked for.
             */
            default_lifetime_seconds: number;
            /** @description In which environments a certificate may be; empty: in any, and in none. */
            environments: string[];
            /** @description `server_auth`, `client_auth`. */
            extended_key_usages: string[];
            /** @description Id. */
            id: components["schemas"]["ProfileId"];
            /** @description Whether a name may be an IP address. */
            ip_addresses: boolean;
            /** @description Issuers that may sign; empty: all. */
            issuer_ids: components["schemas"]["IssuerId"][];
            /** @description Allowed key algorithms; the first is the default. */
            key_algorithms: string[];
            /** @description Who may make the key; empty: anybody. */
            key_strategies: components["schemas"]["KeyStrategy"][];
            /**
             * Format: int64
             * @description The longest lifetime.
             */
            max_lifetime_seconds: number;
            /**
             * Format: int32
             * @description The most names of one certificate.
             */
            max_names: number;
            /**
             * Format: int64
             * @description The shortest lifetime.
             */
            min_lifetime_seconds: number;
            /** @description A name for people, 1 to 200 letters. */
            name: string;
            /** @description Patterns that names must match one of; empty allows every name. */
            name_patterns: string[];
            /** @description Roles that may ask for certificates under this profile; empty: all that have the permission. */
            requester_roles: components["schemas"]["Role"][];
            /**
             * Format: int64
             * @description Counts changes; the `ETag`.
             */
            revision: number;
            /** @description When it was last changed. */
            updated_at: components["schemas"]["Time"];
            /** @description Whether a name may be a wildcard such as `*.example.internal`. */
            wildcards: boolean;
        };
        /** @description The id of a profile */
        ProfileId: string;
        /** @description What a change of a profile would lead to at the next issuances. What is issued stays as it is. */
        ProfilePreview: {
            /** @description Whether not all were looked at: then the other counts are those of the part that was. */
            approximate: boolean;
            /**
             * Format: int64
             * @description How many certificates are under the profile, as far as the caller may see them; what was only found does not count.
             */
            certificates: number;
            /**
             * Format: int64
             * @description How many of those were looked at.
             */
            checked: number;
            /** @description Which limits would refuse them, and how many each. */
            limits: components["schemas"]["RefusingLimit"][];
            /**
             * Format: int64
             * @description How many do not fit the profile as it is.
             */
            refused_now: number;
            /** @description Some of those that would no longer be renewed, the earliest ids first. */
            sample: components["schemas"]["RefusedCertificate"][];
            /**
             * Format: int64
             * @description How many that do not fit now would.
             */
            would_allow: number;
            /**
             * Format: int64
             * @description How many would need a person's yes for their next renewal, and need none now.
             */
            would_need_approval: number;
            /**
             * Format: int64
             * @description How many that fit now would no longer be issued or renewed.
             */
            would_refuse: number;
        };
        /**
         * @description How far a step, a lane or a run is.
         * @enum {string}
         */
        Progress: "done" | "running" | "waiting" | "failed" | "cancelled" | "not_reached";
        /**
         * @description How control of a name is proved: the challenges of ACME that certctl answers.
         * @enum {string}
         */
        ProofKind: "http-01" | "dns-01" | "tls-alpn-01" | "dns-persist-01";
        /** @description What became of a proof of control. */
        ProofReport: {
            /** @description For which challenge. */
            challenge_id: components["schemas"]["ChallengeId"];
            doing?: components["schemas"]["RecordDoing"] | null;
            /** @description For a person: why it cannot be shown, and what to do; absent: it stands now. */
            error?: string | null;
        };
        /** @description A proof of control over a name, to be shown to an ACME authority. */
        ProofWork: {
            /** @description For which challenge. */
            challenge_id: components["schemas"]["ChallengeId"];
            /** @description The token, a dot and the thumbprint of the account's key (RFC 8555, section 8.1). */
            key_authorization: string;
            /** @description `http-01` (RFC 8555, section 8.3), `dns-01` (section 8.4) or `tls-alpn-01` (RFC 8737, section 3). */
            kind: string;
            /** @description A DNS name or an IP address. */
            name: string;
            record?: components["schemas"]["RecordWork"] | null;
            /** @description The challenge's token. */
            token: string;
            /** @description When the agent takes it away by itself, by its own clock. */
            until: components["schemas"]["Time"];
        };
        /** @description The access rules as they are to be. */
        PutAccessRules: {
            /** @description Whether what cannot be taken back needs a second person. Switching it off needs one, too. */
            two_people: boolean;
        };
        /** @description The texts of a channel's messages; an absent part is the built-in one. */
        PutNotifierTemplate: {
            /** @description As HTML; mail only. */
            html?: string | null;
            /** @description More lines. */
            text?: string | null;
            /** @description One line. */
            title?: string | null;
        };
        /** @description When nobody is told of a rule's alerts; what falls due meanwhile is told afterwards, if it is still so. */
        QuietHours: {
            /** @description The days on which they begin; every day when none is named. */
            days?: components["schemas"]["Weekday"][];
            except?: components["schemas"]["AlertSeverity"] | null;
            /** @description When they begin, such as `22:00`. */
            from: string;
            /** @description The place's zone in the IANA database, such as `Europe/Paris` or `UTC`. */
            time_zone: string;
            /** @description When they end, such as `07:00`; not later than `from` means on the next day. */
            to: string;
        };
        /** @description Whether the server can do its work. */
        Ready: {
            /** @description One for each thing that it needs. */
            checks: components["schemas"]["Check"][];
            /** @description `ready` or `not_ready`. */
            status: string;
        };
        /**
         * @description What an agent is at with a DNS record.
         * @enum {string}
         */
        RecordDoing: "setting" | "removing";
        /** @description Where an agent is to set a TXT record. */
        RecordWork: {
            /** @description `_acme-challenge` below the name that is proved, or where the CNAMEs of that lead. */
            name: string;
            /** @description The name of a DNS provider of the host's own policy. */
            provider: string;
            /** @description The zone that holds the name. */
            zone: string;
        };
        /** @description A second person's no. */
        Refuse: {
            /** @description Why; who asked sees it. 1 to 500 letters. */
            reason: string;
        };
        /** @description A certificate that would no longer be renewed. */
        RefusedCertificate: {
            /** @description Which. */
            certificate_id: components["schemas"]["CertificateId"];
            /** @description Why, for a person. */
            detail: string;
            /** @description The field that would not fit. */
            field: string;
            /** @description Its name. */
            name: string;
        };
        /** @description A limit that would refuse certificates. */
        RefusingLimit: {
            /**
             * Format: int64
             * @description How many.
             */
            certificates: number;
            /** @description The field of a certificate that it is about, such as `lifetime_seconds`. */
            field: string;
        };
        /** @description A no. */
        Reject: {
            /** @description Why; who asked sees it. 1 to 500 letters. */
            reason: string;
        };
        /** @description A message as a channel would show it. */
        RenderedMessage: {
            /** @description As HTML; mail only. */
            html?: string | null;
            /** @description More lines. */
            text: string;
            /** @description One line. */
            title: string;
        };
        /** @description How renewals went on a day. */
        RenewalDay: {
            /** @description The date in UTC, such as `2026-11-24`. */
            date: string;
            /**
             * Format: int64
             * @description Those of both that were given up.
             */
            failed: number;
            /**
             * Format: int64
             * @description How many of both needed one try.
             */
            first_try: number;
            /**
             * Format: int64
             * @description First issuances that were stored.
             */
            issued: number;
            /**
             * Format: int64
             * @description Renewals that were stored.
             */
            renewed: number;
        };
        /** @description What an authority says of the renewal of a version (ACME Renewal Information, RFC 9773). */
        RenewalHint: {
            ask_at?: components["schemas"]["Time"] | null;
            asked_at?: components["schemas"]["Time"] | null;
            closes_at?: components["schemas"]["Time"] | null;
            /** @description A page of the authority that says why. */
            explanation?: string | null;
            opens_at?: components["schemas"]["Time"] | null;
            /** @description Why there is no window, for a person: the authority could not be asked, or does not know the certificate. */
            problem?: string | null;
            renew_at?: components["schemas"]["Time"] | null;
        };
        /** @description The point of a certificate's life at which it is renewed. */
        RenewalPoint: {
            /**
             * Format: int32
             * @description A share of the lifetime, 10 to 95 percent.
             */
            percent: number;
        } | {
            /**
             * Format: int64
             * @description So many seconds before the end, but never before half of the lifetime.
             */
            seconds_before: number;
        } | {
            /** @description Both, whichever comes first in the life. */
            sooner: components["schemas"]["Sooner"];
        };
        /** @description When to renew and how often to try. */
        RenewalPolicy: {
            /** @description Warn so many days before the end. */
            alert_thresholds_days: number[];
            /** @description Warn so many percent of the lifetime before the end. */
            alert_thresholds_percent: number[];
            /** @description Whether certctl renews by itself. */
            automatic: boolean;
            /** @description When it was made. */
            created_at: components["schemas"]["Time"];
            /** @description Id. */
            id: components["schemas"]["RenewalPolicyId"];
            /**
             * Format: int64
             * @description Tries for each job.
             */
            max_attempts: number;
            /** @description A name for people, 1 to 200 letters. */
            name: string;
            point?: components["schemas"]["RenewalPoint"] | null;
            /**
             * Format: int64
             * @description Counts changes; the `ETag`.
             */
            revision: number;
            /** @description When it was last changed. */
            updated_at: components["schemas"]["Time"];
            /**
             * @description Renewals by itself, and their deployments, wait for one of these parts of the week, unless the end would come
             *     first; at any time when empty.
             */
            windows: components["schemas"]["WeekWindow"][];
        };
        /** @description The id of a renewal policy */
        RenewalPolicyId: string;
        /** @description What a change of a renewal policy would lead to now. */
        RenewalPolicyPreview: {
            /**
             * Format: int64
             * @description How many certificates would get an alert at once that they do not have now.
             */
            alerts_now: number;
            /** @description Whether not all were looked at: then the other counts are those of the part that was. */
            approximate: boolean;
            /**
             * Format: int64
             * @description How many certificates follow the policy, as far as the caller may see them.
             */
            certificates: number;
            /**
             * Format: int64
             * @description How many of those were looked at.
             */
            checked: number;
            /**
             * Format: int64
             * @description How many renewals would begin at once that would not begin now.
             */
            due_now: number;
            /**
             * Format: int64
             * @description How many would be renewed at another time than now planned.
             */
            moved: number;
            /** @description Some of those that would move. */
            sample: components["schemas"]["MovedCertificate"][];
            /** @description How many would get another status at once, by their statuses before and after. */
            statuses: components["schemas"]["StatusChange"][];
        };
        /** @description How renewals went. */
        RenewalStats: {
            /** @description The moment of the counts. */
            as_of: components["schemas"]["Time"];
            /** @description Each day in UTC, the oldest first; the last one is today. */
            days: components["schemas"]["RenewalDay"][];
            /**
             * Format: int64
             * @description Issuances and renewals that were given up.
             */
            failed: number;
            /**
             * Format: int64
             * @description How many of those needed one try.
             */
            first_try: number;
            /**
             * Format: double
             * @description Of those that were stored, the share that needed one try, in percent; absent when none was.
             */
            first_try_percent?: number | null;
            /**
             * Format: int64
             * @description Issuances and renewals that were stored.
             */
            succeeded: number;
            /**
             * Format: double
             * @description Of all that ended, the share that was stored, in percent; absent when none ended.
             */
            success_percent?: number | null;
        };
        /** @description Start a renewal. */
        RenewCertificate: {
            /** @description Also when it is not due. */
            force?: boolean;
            /** @description Why, for the audit trail. */
            reason?: string | null;
        };
        /** @description A renewed identity. */
        RenewIdentityAnswer: {
            /** @description The CA of the control plane's TLS certificate (PEM). */
            ca_pem: string;
            /** @description Identity certificate and its CA (PEM). */
            certificate_pem: string;
        };
        /** @description A new identity certificate, over the old one's connection. */
        RenewIdentityRequest: {
            /**
             * Format: certificate-request
             * @description CSR (PEM), with a new key.
             */
            csr_pem: string;
        };
        /** @description How the next issuing CA of an issuer differs from the present one; what is absent is as before. */
        ReplaceCa: {
            /** @description Host names (with all below them) and ranges of addresses that it may not speak for; none to lift it. */
            excluded_names?: string[] | null;
            /**
             * @description Such as `ecdsa-p256`.
             * @enum {string|null}
             */
            key_algorithm?: "ecdsa-p256" | "ecdsa-p384" | "rsa-2048" | "rsa-3072" | "rsa-4096" | "ed25519" | null;
            /**
             * Format: int64
             * @description How long it is valid, in days, and never longer than its root.
             */
            lifetime_days?: number | null;
            /**
             * Format: int32
             * @description How many further CAs may stand below it.
             */
            path_length?: number | null;
            /** @description Host names (with all below them) and ranges of addresses that it is limited to; none to lift the limit. */
            permitted_names?: string[] | null;
        };
        /** @description How the next root differs from the present one; what is absent is as before. */
        ReplaceRoot: {
            /**
             * @description Such as `ecdsa-p384`.
             * @enum {string|null}
             */
            key_algorithm?: "ecdsa-p256" | "ecdsa-p384" | "rsa-2048" | "rsa-3072" | "rsa-4096" | "ed25519" | null;
            /**
             * Format: int64
             * @description How long it is valid, in days.
             */
            lifetime_days?: number | null;
        };
        /** @description Events before those that follow are no longer kept: what was learned from the stream has to be read anew. */
        Reset: {
            /**
             * Format: int64
             * @description The first place that is kept.
             */
            oldest: number;
        };
        /** @description A key that is no longer needed. */
        RetiredKey: {
            /** @description Of which certificate. */
            certificate_id: components["schemas"]["CertificateId"];
            /** @description Which key. */
            public_key_sha256: string;
        };
        /** @description Failed jobs that are to be tried again: by their ids, or by a filter; one of the two. */
        RetryJobs: {
            /**
             * @description The failed ones among those that match: the filters of `GET /jobs` by their names, such as
             *     `{"agent_id": "ag-web-1"}`; at most 500 at a time, the newest first.
             */
            filter?: {
                [key: string]: string;
            } | null;
            /** @description These, 1 to 500. */
            ids?: components["schemas"]["JobId"][] | null;
            /** @description For the audit trail. */
            reason?: string | null;
        };
        /** @description The revocation of one certificate. */
        Revocation: {
            certificate_id?: components["schemas"]["CertificateId"] | null;
            /** @description In a person's words. */
            comment?: string | null;
            /** @description Why the last try failed, or why it was called off. */
            error?: string | null;
            /** @description Id. */
            id: components["schemas"]["RevocationId"];
            /** @description Whose certificate. */
            issuer_id: components["schemas"]["IssuerId"];
            next_try_at?: components["schemas"]["Time"] | null;
            /** @description When the certificate ends by itself. */
            not_after: components["schemas"]["Time"];
            /** @description Why. */
            reason: components["schemas"]["RevocationReason"];
            /** @description Whether it was to wait for what takes its place. */
            replace_first: boolean;
            /** @description When. */
            requested_at: components["schemas"]["Time"];
            /** @description Who asked. */
            requested_by: components["schemas"]["Actor"];
            /**
             * Format: int64
             * @description Counts changes; events name it.
             */
            revision: number;
            revoked_at?: components["schemas"]["Time"] | null;
            /** @description Its serial: lower-case hexadecimal without separators. */
            serial: string;
            /**
             * @description Where it is: `waiting` for what takes its place, `pending` until the authority knows, then `revoked`; or `failed`,
             *     `cancelled`.
             */
            state: components["schemas"]["RevocationState"];
            /**
             * Format: int64
             * @description How often the authority was told.
             */
            tries: number;
            /** @description When it last changed. */
            updated_at: components["schemas"]["Time"];
            version_id?: components["schemas"]["CertificateVersionId"] | null;
        };
        /** @description The id of a revocation */
        RevocationId: string;
        /** @description How the revocations of a CA are told: its CRLs, and its OCSP responder, which answers from the same rows at once. */
        RevocationLists: {
            /** @description Where its CRLs are, as its certificates say; empty when the server has no `pki_url`, so that they say nothing. */
            crl_urls: string[];
            due_at?: components["schemas"]["Time"] | null;
            /**
             * Format: int64
             * @description How many certificates its CRLs have.
             */
            entries: number;
            /** @description Why there is no newer one. */
            last_error?: string | null;
            next_update?: components["schemas"]["Time"] | null;
            /** @description Where its OCSP responder is, as its certificates say. */
            ocsp_url?: string | null;
            this_update?: components["schemas"]["Time"] | null;
            /**
             * Format: int64
             * @description How many revocations came since, for the next ones.
             */
            waiting: number;
        };
        /**
         * @description Why a certificate is revoked (RFC 5280, section 5.3.1). `certificateHold` is not among them: a hold would have to
         *     be taken back by somebody, and most clients do not know it. `removeFromCRL` is no reason to revoke.
         * @enum {string}
         */
        RevocationReason: "unspecified" | "key_compromise" | "ca_compromise" | "affiliation_changed" | "superseded" | "cessation_of_operation" | "privilege_withdrawn" | "aa_compromise";
        /** @description What was asked to be revoked, one for each certificate. */
        RevocationsAsked: {
            /** @description Each as it stands. */
            revocations: components["schemas"]["Revocation"][];
        };
        /**
         * @description Where a revocation is.
         * @enum {string}
         */
        RevocationState: "waiting" | "pending" | "revoked" | "failed" | "cancelled";
        /** @description Revoke versions of a certificate. */
        RevokeCertificate: {
            /** @description For the audit trail: 1 to 500 letters. */
            comment?: string | null;
            /** @description Why. */
            reason: components["schemas"]["RevocationReason"];
            /** @description Renew first, and revoke when each target was seen serving the new version; at once when false. */
            replace_first?: boolean;
            version_id?: components["schemas"]["CertificateVersionId"] | null;
        };
        /**
         * @description What a person or program is.
         * @enum {string}
         */
        Role: "admin" | "operator" | "viewer" | "auditor";
        /** @description A role and what it may do. */
        RoleView: {
            /** @description Whether users and keys of this role can be narrowed to teams and environments. */
            can_be_scoped: boolean;
            /** @description What it is for. */
            description: string;
            /** @description What it may do. */
            permissions: components["schemas"]["Permission"][];
            /** @description The role. */
            role: components["schemas"]["Role"];
        };
        /** @description A new secret for a key. */
        RotateApiKey: {
            /**
             * Format: int64
             * @description For how many more seconds the old secret works beside the new one, up to 7 days (604800); none when absent,
             *     and then the key's sessions end too.
             */
            grace_seconds?: number | null;
        };
        /** @description Which alerts a notifier is told of. Empty lists let everything through. */
        Routing: {
            /**
             * @description Whether it is told of the end of what it was told of.
             * @default true
             */
            closed: boolean;
            /** @description Only alerts of these environments. */
            environments?: string[];
            /** @description Only alerts of these kinds. */
            kinds?: components["schemas"]["AlertKind"][];
            /**
             * @description Only alerts that are at least so urgent.
             * @default info
             */
            min_severity: components["schemas"]["AlertSeverity"];
            /** @description Only alerts of these teams. */
            team_ids?: components["schemas"]["TeamId"][];
        };
        /** @description A list with its filters. */
        RowsFilter: {
            /** @description The list's path under `/api/v1`, such as `/certificates`. */
            path: string;
            /** @description Its query parameters. */
            query: {
                [key: string]: string;
            };
        };
        /**
         * @description Which matches of an alert rule are one alert.
         * @enum {string}
         */
        RuleGroup: "none" | "object" | "certificate" | "issuer" | "owner" | "team" | "environment" | "agent" | "profile" | "renewal_policy" | "kind";
        /**
         * @description What a policy rule is about.
         * @enum {string}
         */
        RuleKind: "AllowedIssuers" | "AllowedDomains" | "RequiredMetadata" | "AllowedEnvironments" | "RenewalLeadTime" | "MaxLifetime" | "KeyStrength";
        /**
         * @description What a policy rule does about a breach.
         * @enum {string}
         */
        RuleMode: "enforce" | "observe";
        /**
         * @description How bad a breach of a policy rule is.
         * @enum {string}
         */
        RuleSeverity: "Warning" | "Error" | "Critical";
        /**
         * @description What an alert rule looks at.
         * @enum {string}
         */
        RuleSubject: "certificates" | "jobs" | "agents" | "issuers";
        /** @description One round of work: an issuance, a renewal, or a deployment that was asked for by itself. */
        Run: {
            ended_at?: components["schemas"]["Time"] | null;
            /** @description The first job of the round. */
            id: components["schemas"]["JobId"];
            /** @description What it is. */
            kind: components["schemas"]["JobKind"];
            /** @description One for each key holder. */
            lanes: components["schemas"]["Lane"][];
            next_attempt_at?: components["schemas"]["Time"] | null;
            /** @description Why it was started, in words. */
            reason: string;
            requested_by?: components["schemas"]["Actor"] | null;
            /** @description When the first job was written. */
            started_at: components["schemas"]["Time"];
            /** @description How far it is: failed when one lane is, running when one is and none failed. */
            state: components["schemas"]["Progress"];
        };
        /** @description The id of a saved view */
        SavedViewId: string;
        /**
         * @description On which certificates, and their versions, deployments, jobs and events, a caller's permissions hold. Empty: on all.
         *     With teams and environments both set, both must hold.
         */
        Scope: {
            /** @description Only certificates in these environments, such as `production`; with none named, in any and in none. */
            environments?: string[];
            /** @description Only certificates of these teams; with none named, of any team and of none. */
            team_ids?: components["schemas"]["TeamId"][];
        };
        /** @description What was found, the best first. */
        SearchResults: {
            /** @description At most `limit`. */
            items: components["schemas"]["Found"][];
        };
        /** @description For which certificates a rule holds: those that fit each part that is set. Empty: for all. */
        Selector: {
            /** @description In one of these environments, such as `production`. */
            environments?: string[];
            /** @description To be signed by one of these issuers. */
            issuer_ids?: components["schemas"]["IssuerId"][];
            /** @description With one of these key strategies. */
            key_strategies?: components["schemas"]["KeyStrategy"][];
            /** @description Of one of these owners. */
            owner_ids?: components["schemas"]["OwnerId"][];
            /** @description That follow one of these renewal policies. */
            policy_ids?: components["schemas"]["RenewalPolicyId"][];
            /** @description Under one of these profiles. */
            profile_ids?: components["schemas"]["ProfileId"][];
            /** @description With one of these tags, such as `web`. */
            tags?: string[];
            /** @description Of one of these teams. */
            team_ids?: components["schemas"]["TeamId"][];
        };
        /** @description Release and API. */
        ServerVersion: {
            /** @description Of the API. */
            api: string;
            /** @description Of the server's program. */
            version: string;
        };
        /** @description A session of the dashboard. */
        Session: {
            /** @description Whom it stands for: a user, or an API key that was used to sign in. */
            actor: components["schemas"]["Actor"];
            /** @description From where it was begun; empty when that is not known. */
            address: string;
            /** @description When it was begun. */
            created_at: components["schemas"]["Time"];
            /** @description Whether this request came with it. */
            current: boolean;
            /** @description When it ends, however it is used. */
            expires_at: components["schemas"]["Time"];
            /** @description Id. */
            id: components["schemas"]["SessionId"];
            /** @description When it was last used, to the minute. */
            last_used_at: components["schemas"]["Time"];
            /** @description The name of the user or key. */
            name: string;
            /** @description Its role. */
            role: components["schemas"]["Role"];
            /** @description What the browser called itself; empty when it said nothing. */
            user_agent: string;
        };
        /** @description The id of a session */
        SessionId: string;
        /** @description How many sessions were ended. */
        SessionsEnded: {
            /**
             * Format: int64
             * @description The number.
             */
            ended: number;
        };
        /** @description Another password for a user. */
        SetPassword: {
            /**
             * Format: password
             * @description The old password, which one's own change needs; an admin who resets another's leaves it out.
             */
            current_password?: string | null;
            /**
             * Format: password
             * @description The new password: 12 to 256 letters, and none that people guess first.
             */
            password: string;
        };
        /** @description What the set-up made: a key, or a user. */
        SetupDone: {
            api_key?: components["schemas"]["ApiKey"] | null;
            /** @description Its secret, shown once. */
            secret?: string | null;
            user?: components["schemas"]["User"] | null;
        };
        /** @description Redeem the one-time set-up token: makes the first admin key, or the first admin user. */
        SetupRequest: {
            /** @description The key's name; `admin` when absent. A user has its own. */
            name?: string | null;
            /** @description From the link that the server printed at its first start. */
            token: string;
            user?: components["schemas"]["FirstUser"] | null;
        };
        /** @description What an endpoint was seen to serve. */
        Sighting: {
            /** @description The address probed, `host:port`. */
            address: string;
            /** @description When it was looked. */
            at: components["schemas"]["Time"];
            /** @description Why nothing was seen. */
            error?: string | null;
            /** @description SHA-256 fingerprint of the leaf served; absent when none was seen. */
            fingerprint_sha256?: string | null;
            /** @description The name sent (SNI), if any. */
            server_name?: string | null;
        };
        /**
         * @description Why a certificate of a selection is left as it is.
         * @enum {string}
         */
        SkipReason: "not_found" | "archived" | "same_value" | "open_job" | "csr_needed" | "no_key_holder" | "not_due" | "nothing_to_deploy" | "nothing_to_revoke" | "already_revoked" | "certificate_ended" | "issuer_foreign" | "not_managed" | "policy_violated";
        /** @description How long an alert is to be quiet: exactly one of `until` and `until_change`. */
        SnoozeAlert: {
            /** @description For those who come after, and for the audit trail. */
            reason?: string | null;
            until?: components["schemas"]["Time"] | null;
            /** @description Until it changes. */
            until_change?: boolean | null;
        };
        /** @description A need that the caller does not want to see for a while. */
        SnoozeNeed: {
            /** @description Its `id`, such as `issuer_unreachable:iss-local`. */
            cause: string;
            /**
             * Format: int64
             * @description For how long, 1 to 31622400 (a year).
             */
            for_seconds?: number | null;
            /** @description Why, for the list of what is hidden and for the audit trail. */
            reason?: string | null;
            /** @description Until it changes: until it touches more or less than now, or becomes more urgent; a year at most. */
            until_change?: boolean | null;
        };
        /** @description Two points of a life, of which the earlier one counts. */
        Sooner: {
            /**
             * Format: int32
             * @description A share of the lifetime, 10 to 95 percent.
             */
            percent: number;
            /**
             * Format: int64
             * @description So many seconds before the end, but never before half of the lifetime.
             */
            seconds_before: number;
        };
        /** @description What came of starting an operation. */
        StartedOperation: components["schemas"]["Operation"] | components["schemas"]["Confirmation"];
        /** @description Test a target. */
        StartTargetTest: {
            /**
             * @description Only these checks, and those that they need; the others keep what a test of the same configuration found within
             *     the last 15 minutes. All when empty.
             */
            only?: components["schemas"]["CheckName"][];
        };
        /** @description The inventory in a few numbers. */
        StatsSummary: {
            /** @description The moment of the counts. */
            as_of: components["schemas"]["Time"];
            /** @description The numbers, in the order in which they are shown. */
            values: components["schemas"]["KeyValue"][];
        };
        /** @description How many certificates would go from a status to another one. */
        StatusChange: {
            /**
             * Format: int64
             * @description How many.
             */
            certificates: number;
            /** @description Before. */
            from: components["schemas"]["CertificateStatus"];
            /** @description After. */
            to: components["schemas"]["CertificateStatus"];
        };
        /**
         * @description The steps of a lane, in their order.
         * @enum {string}
         */
        StepName: "requested" | "approved" | "key_generated" | "csr_received" | "issued" | "deployed" | "verified_live";
        /** @description One step of a job. */
        StepReport: {
            /** @description When it ended. */
            at: components["schemas"]["Time"];
            /** @description What was seen, without secrets. */
            detail: string;
            /**
             * Format: int64
             * @description How long it took.
             */
            milliseconds: number;
            /** @description Such as `stage`, `validate`, `swap`, `reload`, `probe`, `restore`. */
            name: string;
            /** @description Whether it succeeded. */
            ok: boolean;
        };
        /** @description The server. */
        SystemInfo: {
            /** @description Of the API. */
            api: string;
            /**
             * Format: int64
             * @description How old it may become before an alert opens; absent when nobody is told.
             */
            backup_max_age_seconds?: number | null;
            /** @description The certificates of the control plane's own. */
            certificates: components["schemas"]["OwnCertificate"][];
            last_backup_at?: components["schemas"]["Time"] | null;
            /** @description What is written to the log, as configured. */
            log_level: string;
            /** @description Where `/metrics` is served without a key, besides the API's own: an address of its host; absent when it is not. */
            metrics_listen?: string | null;
            /** @description Where people and agents reach it. */
            public_url: string;
            /** @description This process among its replicas. */
            replica_id: string;
            /** @description When it was applied. */
            schema_at: components["schemas"]["Time"];
            /**
             * Format: int64
             * @description The number of the last migration of the store.
             */
            schema_version: number;
            /** @description `sqlite` or `postgresql`. */
            store: string;
            /** @description Of its program. */
            version: string;
        };
        /** @description A tag that certificates have. */
        Tag: {
            /**
             * Format: int64
             * @description How many certificates have it that are not archived.
             */
            certificates: number;
            /** @description The tag. */
            tag: string;
        };
        /** @description A place to deploy to. */
        Target: {
            /** @description Who deploys there. */
            agent_id: components["schemas"]["AgentId"];
            /** @description By the schema of its kind. */
            config: unknown;
            /** @description When it was made. */
            created_at: components["schemas"]["Time"];
            /** @description Id. */
            id: components["schemas"]["TargetId"];
            /** @description `nginx` or `file`. */
            kind: string;
            last_test?: components["schemas"]["LastTargetTest"] | null;
            /** @description A name for people, 1 to 200 letters. */
            name: string;
            /**
             * Format: int64
             * @description Counts changes; the `ETag`.
             */
            revision: number;
            /** @description When it was last changed. */
            updated_at: components["schemas"]["Time"];
        };
        /** @description One check of a test. */
        TargetCheck: {
            /** @description It was not carried out again: this is what an earlier test of the same configuration found. */
            carried: boolean;
            /** @description What was measured; for one that was skipped, why. */
            detail?: string | null;
            /** @description What to do about it, to be copied: a line for the host's policy, a command. */
            fix?: string | null;
            /**
             * Format: int64
             * @description How long it took.
             */
            milliseconds?: number | null;
            /** @description Which. */
            name: components["schemas"]["CheckName"];
            /** @description What came of it. */
            state: components["schemas"]["CheckState"];
            /** @description For people. */
            title: string;
        };
        /** @description A check that a test of a kind of target carries out. */
        TargetCheckKind: {
            /** @description Its name. */
            name: components["schemas"]["CheckName"];
            /** @description For people. */
            title: string;
        };
        /** @description The id of a target */
        TargetId: string;
        /** @description A kind of target. */
        TargetKind: {
            /** @description What a test of one checks, in its order; a configuration without an endpoint or action leaves those out. */
            checks?: components["schemas"]["TargetCheckKind"][];
            /** @description `nginx` or `file`. */
            kind: string;
            /** @description JSON Schema of `config`. */
            schema: unknown;
            /** @description For people. */
            title: string;
        };
        /** @description A step on one target. */
        TargetStep: {
            at?: components["schemas"]["Time"] | null;
            /**
             * Format: int64
             * @description Tries so far.
             */
            attempts: number;
            /** @description The cause of its failure, for a person. */
            cause?: string | null;
            /** @description The record of it. */
            deployment_id: components["schemas"]["DeploymentId"];
            /** @description Verified: one for each endpoint that was looked at. */
            endpoints: components["schemas"]["Endpoint"][];
            job_id?: components["schemas"]["JobId"] | null;
            next_attempt_at?: components["schemas"]["Time"] | null;
            retry_job_id?: components["schemas"]["JobId"] | null;
            /** @description How far it is. */
            state: components["schemas"]["Progress"];
            /** @description Where. */
            target_id: components["schemas"]["TargetId"];
            why?: components["schemas"]["Cause"] | null;
        };
        /**
         * @description A test of a target, or of one that is not saved yet. The agent carries it out beside its deployments: nothing that a
         *     service reads is changed, and nothing is reloaded.
         */
        TargetTest: {
            /** @description Who carries it out. */
            agent_id: components["schemas"]["AgentId"];
            /** @description Its checks, in the order in which they are carried out. */
            checks: components["schemas"]["TargetCheck"][];
            /** @description The configuration that is tested. */
            config: unknown;
            /** @description When. */
            created_at: components["schemas"]["Time"];
            /** @description Until when the agent has to take it, and then until when it has to end. */
            deadline_at: components["schemas"]["Time"];
            ended_at?: components["schemas"]["Time"] | null;
            /** @description Id. */
            id: components["schemas"]["TargetTestId"];
            /** @description `nginx` or `file`. */
            kind: string;
            /** @description Who asked for it. */
            requested_by: components["schemas"]["Actor"];
            /**
             * Format: int64
             * @description Counts changes; events name it.
             */
            revision: number;
            started_at?: components["schemas"]["Time"] | null;
            /** @description Where it is. `Passed`, `Warned`, `Failed` and `Unanswered` are its ends. */
            state: components["schemas"]["TargetTestState"];
            target_id?: components["schemas"]["TargetId"] | null;
        };
        /** @description The id of a target test */
        TargetTestId: string;
        /**
         * @description Where a test is.
         * @enum {string}
         */
        TargetTestState: "Pending" | "Running" | "Passed" | "Warned" | "Failed" | "Unanswered";
        /** @description One team. */
        Team: {
            /** @description When it was made. */
            created_at: components["schemas"]["Time"];
            /** @description Id. */
            id: components["schemas"]["TeamId"];
            /** @description A name for people, 1 to 200 letters. */
            name: string;
            /**
             * Format: int64
             * @description Counts changes; the `ETag`.
             */
            revision: number;
            /** @description When it was last changed. */
            updated_at: components["schemas"]["Time"];
        };
        /** @description The id of a team */
        TeamId: string;
        /** @description A name in templates. */
        TemplateVariable: {
            /** @description What it is. */
            about: string;
            /** @description The name. */
            name: string;
        };
        /** @description For which name a DNS provider is tested. */
        TestDnsProvider: {
            /** @description A name of a certificate, such as `www.example.com`: a record is set at `_acme-challenge` below it. */
            name: string;
        };
        /** @description What became of a report on a test. */
        TestNoted: {
            /** @description The test's state now. */
            state: components["schemas"]["TargetTestState"];
        };
        /** @description What came of checks of a target's test. */
        TestReport: {
            /** @description The checks that ended since the last report. */
            checks: components["schemas"]["CheckReport"][];
            /** @description Whether none will follow. */
            done?: boolean;
        };
        /** @description What a test found, step by step. */
        TestResult: {
            /** @description Whether every step succeeded. */
            ok: boolean;
            /** @description The steps. */
            steps: components["schemas"]["TestStep"][];
        };
        /** @description One step of a test. */
        TestStep: {
            /** @description What was seen. */
            detail: string;
            /**
             * Format: int64
             * @description How long it took.
             */
            milliseconds: number;
            /** @description Such as `sign`. */
            name: string;
            /** @description Whether it succeeded. */
            ok: boolean;
        };
        /** @description Test a target that is not saved. */
        TestTargetDraft: {
            /** @description Who would deploy there. */
            agent_id: components["schemas"]["AgentId"];
            /** @description By the schema of its kind. */
            config: Record<string, never> | null;
            /**
             * @description `nginx` or `file`.
             * @enum {string}
             */
            kind: "nginx" | "file";
            /**
             * @description Only these checks, and those that they need; the others keep what a test of the same configuration found within
             *     the last 15 minutes. All when empty.
             */
            only?: components["schemas"]["CheckName"][];
        };
        /** @description A target to test. What is served is not changed by it, and the host's policy binds it as it binds a deployment. */
        TestWork: {
            /** @description The checks to carry out, in their order; names that the agent does not know are passed over. */
            checks: string[];
            /**
             * Format: int32
             * @description How long it may take.
             */
            seconds: number;
            /** @description Its typed configuration. */
            target_config: unknown;
            /** @description The kind of the target. */
            target_kind: string;
            /** @description Which test. */
            test_id: components["schemas"]["TargetTestId"];
        };
        /**
         * Format: date-time
         * @description RFC 3339 in UTC
         */
        Time: string;
        /** @description The lifecycle of a certificate: its rounds of work, and a page of all that happened to it. */
        Timeline: {
            /** @description What happened, newest first. */
            items: components["schemas"]["TimelineEntry"][];
            /** @description Where the next page begins; absent on the last. */
            next_cursor?: string | null;
            /** @description The newest rounds of work, at most twenty; only on the first page. */
            runs: components["schemas"]["Run"][];
        };
        /** @description One thing that happened to a certificate. */
        TimelineEntry: {
            /** @description Such as `version.issued`. */
            action: string;
            /** @description Who did it. */
            actor: components["schemas"]["Actor"];
            /** @description What they are called; absent when they are gone, and for the control plane. */
            actor_name?: string | null;
            /** @description When it happened. */
            at: components["schemas"]["Time"];
            job_id?: components["schemas"]["JobId"] | null;
            /**
             * Format: int64
             * @description Seconds since the entry before.
             */
            seconds_since_previous?: number | null;
            /** @description What happened, in words. */
            summary: string;
        };
        /** @description A change of an agent. */
        UpdateAgent: {
            /** @description Such as `production`; null takes it away. */
            environment?: string | null;
            /** @description A name for people, 1 to 200 letters. */
            name?: string;
            /** @description `active` or `quarantined`. */
            state?: components["schemas"]["AgentState"];
        };
        /** @description A change (JSON merge patch, RFC 7396); what is absent stays as it is. */
        UpdateAlertRule: {
            /** @description Filters of the subject's list, by name; any of 1 to 5. */
            conditions?: {
                [key: string]: string;
            }[];
            /** @description Whether it is looked at; what is open closes when it no longer is. */
            enabled?: boolean;
            escalation?: components["schemas"]["Escalation"] | null;
            /**
             * Format: int64
             * @description How long a group has to match before it is an alert.
             */
            for_seconds?: number;
            /** @description Which matches are one alert. */
            group_by?: components["schemas"]["RuleGroup"];
            /** @description A name for people, 1 to 200 letters. */
            name?: string;
            quiet_hours?: components["schemas"]["QuietHours"] | null;
            /**
             * Format: int64
             * @description Remind after so many seconds; `null` for never.
             */
            repeat_seconds?: number | null;
            /** @description How urgent its alerts are. */
            severity?: components["schemas"]["AlertSeverity"];
        };
        /** @description A change (JSON merge patch, RFC 7396): what is absent stays as it is. A role stays what it is: make another key. */
        UpdateApiKey: {
            expires_at?: components["schemas"]["Time"] | null;
            /** @description A name for people, 1 to 200 letters. */
            name?: string;
            scope?: components["schemas"]["Scope"] | null;
        };
        /** @description A change (JSON merge patch, RFC 7396); `null` clears what can be cleared. */
        UpdateCertificate: {
            /** @description Such as `production`. */
            environment?: string | null;
            /**
             * Format: int64
             * @description The lifetime in seconds, from the next version on.
             */
            lifetime_seconds?: number;
            /** @description A name for people, 1 to 200 letters. */
            name?: string;
            owner_id?: components["schemas"]["OwnerId"] | null;
            policy_override?: components["schemas"]["ChangePolicyOverride"] | null;
            /** @description The renewal policy. */
            renewal_policy_id?: components["schemas"]["RenewalPolicyId"];
            /** @description Labels of the caller's choice: at most 50, of 1 to 100 letters. */
            tags?: string[];
            /** @description Where it is deployed; added targets are deployed to, removed ones keep their files. */
            target_ids?: components["schemas"]["TargetId"][];
            team_id?: components["schemas"]["TeamId"] | null;
        };
        /** @description A change (JSON merge patch, RFC 7396); what is absent stays as it is. */
        UpdateDnsProvider: {
            /** @description The whole configuration. A secret that it does not name stays, one that is null is removed. */
            config?: Record<string, never>;
            /** @description A name for people, 1 to 200 letters. */
            name?: string;
        };
        /** @description A change (JSON merge patch, RFC 7396); what is absent stays as it is. */
        UpdateIssuer: {
            /**
             * @description The whole configuration of an authority outside. A secret that it does not name stays, one that is null is removed. A
             *     local CA's cannot be changed.
             */
            config?: Record<string, never>;
            /** @description A name for people, 1 to 200 letters. */
            name?: string;
        };
        /** @description A change (JSON merge patch, RFC 7396); what is absent stays as it is. */
        UpdateNotifier: {
            /** @description By the schema of its kind; replaced as a whole, but secrets that it does not name stay, and `null` removes one. */
            config?: Record<string, never>;
            digest?: components["schemas"]["Digest"] | null;
            /** @description Whether it is told of anything. */
            enabled?: boolean;
            /** @description A name for people, 1 to 200 letters. */
            name?: string;
            /** @description Which alerts it is told of; replaced as a whole. */
            routing?: components["schemas"]["Routing"];
        };
        /** @description A change (JSON merge patch, RFC 7396); what is absent stays as it is. */
        UpdateOwner: {
            /** @description The e-mail address that alerts go to; null or an empty one takes it away. */
            email?: string | null;
            /** @description A name for people, 1 to 200 letters. */
            name?: string;
        };
        /** @description A change (JSON merge patch, RFC 7396); what is absent stays as it is. */
        UpdatePolicyRule: {
            /** @description What it is for; `null` clears it. */
            description?: string | null;
            /** @description Whether it is switched on. */
            enabled?: boolean;
            /** @description Whether a breach is refused, or only recorded. */
            mode?: components["schemas"]["RuleMode"];
            /** @description A name for people, 1 to 200 letters. */
            name?: string;
            /** @description By the schema of its kind; replaced as a whole. */
            parameters?: Record<string, never>;
            /** @description For which certificates it holds; replaced as a whole. */
            selector?: components["schemas"]["Selector"];
            /** @description How bad a breach is. */
            severity?: components["schemas"]["RuleSeverity"];
        };
        /** @description A change of what is remembered. */
        UpdatePreferences: {
            /** @description Put into the document as a JSON merge patch (RFC 7396): `null` removes a member, what is absent stays. */
            document: {
                [key: string]: unknown;
            };
        };
        /** @description A change (JSON merge patch, RFC 7396); what is absent stays as it is. */
        UpdateProfile: {
            /** @description Which issuances need a person's yes before they are signed. */
            approval?: components["schemas"]["ApprovalMode"];
            /**
             * Format: int64
             * @description The lifetime when none is asked for.
             */
            default_lifetime_seconds?: number;
            /** @description In which environments a certificate may be; empty: in any, and in none. */
            environments?: string[];
            /** @description `server_auth`, `client_auth`. */
            extended_key_usages?: ("server_auth" | "client_auth")[];
            /** @description Whether a name may be an IP address. */
            ip_addresses?: boolean;
            /** @description Issuers that may sign; empty: all. */
            issuer_ids?: components["schemas"]["IssuerId"][];
            /** @description Allowed key algorithms. */
            key_algorithms?: ("ecdsa-p256" | "ecdsa-p384" | "rsa-2048" | "rsa-3072" | "rsa-4096" | "ed25519")[];
            /** @description Who may make the key; empty: anybody. */
            key_strategies?: components["schemas"]["KeyStrategy"][];
            /**
             * Format: int64
             * @description The longest lifetime.
             */
            max_lifetime_seconds?: number;
            /**
             * Format: int32
             * @description The most names of one certificate, 1 to 100.
             */
            max_names?: number;
            /**
             * Format: int64
             * @description The shortest lifetime.
             */
            min_lifetime_seconds?: number;
            /** @description A name for people, 1 to 200 letters. */
            name?: string;
            /** @description Patterns that names must match one of. */
            name_patterns?: string[];
            /** @description Roles that may ask for certificates under this profile; empty: all that have the permission. */
            requester_roles?: components["schemas"]["Role"][];
            /** @description Whether a name may be a wildcard such as `*.example.internal`. */
            wildcards?: boolean;
        };
        /** @description A change (JSON merge patch, RFC 7396); what is absent stays as it is. */
        UpdateRenewalPolicy: {
            /** @description Warn so many days before the end. */
            alert_thresholds_days?: number[];
            /** @description Warn so many percent of the lifetime before the end, 1 to 99. */
            alert_thresholds_percent?: number[];
            /** @description Whether certctl renews by itself. */
            automatic?: boolean;
            /**
             * Format: int64
             * @description Tries for each job.
             */
            max_attempts?: number;
            /** @description A name for people, 1 to 200 letters. */
            name?: string;
            point?: components["schemas"]["RenewalPoint"] | null;
            /** @description Renewals by itself, and their deployments, wait for one of these parts of the week; at any time when empty. */
            windows?: components["schemas"]["WeekWindow"][];
        };
        /** @description A change (JSON merge patch, RFC 7396); what is absent stays as it is. */
        UpdateTarget: {
            /** @description By the schema of its kind; replaced as a whole. */
            config?: Record<string, never>;
            /** @description A name for people, 1 to 200 letters. */
            name?: string;
        };
        /** @description A change (JSON merge patch, RFC 7396); what is absent stays as it is. */
        UpdateTeam: {
            /** @description A name for people, 1 to 200 letters. */
            name?: string;
        };
        /** @description A change (JSON merge patch, RFC 7396): what is absent stays as it is. A user name stays what it is. */
        UpdateUser: {
            /** @description Keeps the user out, and ends its sessions; `false` lets it in again. */
            disabled?: boolean;
            /** @description An address; `null` removes it. */
            email?: string | null;
            /** @description A name for people, 1 to 200 letters. */
            name?: string;
            /** @description What the user may do, from the next request on. */
            role?: components["schemas"]["Role"];
            scope?: components["schemas"]["Scope"] | null;
        };
        /** @description A change (JSON merge patch, RFC 7396): what is absent stays as it is. */
        UpdateView: {
            /** @description The columns in their order, up to 50, each perhaps with its width in pixels (`name:240`). */
            columns?: string[];
            density?: components["schemas"]["Density"] | null;
            /** @description Parameters of the list, in place of all before. */
            filter?: {
                [key: string]: string;
            };
            /** @description A name for people, 1 to 200 letters. */
            name?: string;
            /**
             * Format: int64
             * @description Its place among the views, 0 to 1000000.
             */
            position?: number;
            /** @description The order; `null` for the usual one. */
            sort?: string | null;
        };
        /** @description A CSR for a certificate of key strategy `external`. */
        UploadCsr: {
            /**
             * Format: certificate-request
             * @description PEM, `CERTIFICATE REQUEST`.
             */
            csr_pem: string;
        };
        /** @description A person who signs in with a user name and a password. */
        User: {
            /** @description When it was made. */
            created_at: components["schemas"]["Time"];
            /** @description Whether the user is kept out. */
            disabled: boolean;
            disabled_at?: components["schemas"]["Time"] | null;
            /** @description An address, if known. */
            email?: string | null;
            /** @description Id. */
            id: components["schemas"]["UserId"];
            last_sign_in_at?: components["schemas"]["Time"] | null;
            /** @description A name for people, 1 to 200 letters. */
            name: string;
            /** @description When the password was last set. */
            password_changed_at: components["schemas"]["Time"];
            /**
             * Format: int64
             * @description Counts changes by people; the `ETag`.
             */
            revision: number;
            /** @description What the user may do. */
            role: components["schemas"]["Role"];
            /** @description On which certificates, their jobs and events; everything when its lists are empty. */
            scope: components["schemas"]["Scope"];
            /** @description When it was last changed. */
            updated_at: components["schemas"]["Time"];
            /** @description What is typed at sign-in, in lower case. */
            username: string;
        };
        /** @description The id of a user */
        UserId: string;
        /**
         * @description Where a value comes from.
         * @enum {string}
         */
        ValueSource: "certificate" | "policy" | "default";
        /** @description Look again at what the endpoints of its targets serve. */
        VerifyCertificate: {
            /** @description Only these targets; all that can be looked at when empty. */
            target_ids?: components["schemas"]["TargetId"][];
        };
        /** @description What came of a look at the endpoints of a target. */
        VerifyResult: {
            /** @enum {string} */
            outcome: "looked";
            /** @description What was seen last at each. */
            seen: components["schemas"]["Sighting"][];
        } | {
            /** @description Why, for a person. */
            cause: string;
            /** @enum {string} */
            outcome: "failed";
        } | {
            /** @description Which line of the policy is missing. */
            cause: string;
            /** @enum {string} */
            outcome: "refused";
        };
        /** @description Endpoints to look at. Nothing is changed by it, and the host's policy binds it as it binds a deployment's last step. */
        VerifyWork: {
            /** @description Of which certificate. */
            certificate_id: components["schemas"]["CertificateId"];
            /** @description SHA-256 of the leaf that should be served. */
            fingerprint_sha256: string;
            /** @description Which job. */
            job_id: components["schemas"]["JobId"];
            /**
             * Format: int32
             * @description How long it lasts from each extension on.
             */
            lease_seconds: number;
            /** @description Proof of the lease. */
            lease_token: string;
            /** @description Its typed configuration. */
            target_config: unknown;
            /** @description Which target. */
            target_id: components["schemas"]["TargetId"];
            /** @description The kind of the target. */
            target_kind: string;
        };
        /** @description One issued certificate. */
        Version: {
            agent_id?: components["schemas"]["AgentId"] | null;
            /** @description Of which certificate. */
            certificate_id: components["schemas"]["CertificateId"];
            /** @description Issued at. */
            created_at: components["schemas"]["Time"];
            /** @description Whether it is its holder's current one. */
            current: boolean;
            /** @description SHA-256 of the DER, lower-case hexadecimal. */
            fingerprint_sha256: string;
            /** @description Id. */
            id: components["schemas"]["CertificateVersionId"];
            /** @description Who signed. */
            issuer_id: components["schemas"]["IssuerId"];
            job_id?: components["schemas"]["JobId"] | null;
            /** @description Such as `ecdsa-p256`. */
            key_algorithm: string;
            /** @description Why the agent keeps a key that it was told to delete. */
            key_kept_because?: string | null;
            key_retired_at?: components["schemas"]["Time"] | null;
            /** @description Valid until. */
            not_after: components["schemas"]["Time"];
            /** @description Valid from. */
            not_before: components["schemas"]["Time"];
            /**
             * Format: int64
             * @description Its place among the certificate's versions by the order of issue, from 1.
             */
            number: number;
            /** @description SHA-256 of the public key (SubjectPublicKeyInfo), lower-case hexadecimal. */
            public_key_sha256: string;
            revocation_id?: components["schemas"]["RevocationId"] | null;
            revocation_reason?: components["schemas"]["RevocationReason"] | null;
            revoked_at?: components["schemas"]["Time"] | null;
            /** @description Lower-case hexadecimal without separators. */
            serial: string;
        };
        /** @description A saved view of a list. */
        View: {
            /** @description The columns in their order, each perhaps with its width in pixels (`name:240`); the usual ones when empty. */
            columns: string[];
            /** @description When it was made. */
            created_at: components["schemas"]["Time"];
            density?: components["schemas"]["Density"] | null;
            /** @description Whether the caller may change it. */
            editable: boolean;
            /** @description Parameters of the list, by name. */
            filter: {
                [key: string]: string;
            };
            /** @description Id. */
            id: components["schemas"]["SavedViewId"];
            /** @description A name for people, 1 to 200 letters. */
            name: string;
            /** @description The list. */
            noun: components["schemas"]["ViewNoun"];
            /**
             * Format: int64
             * @description Its place among the views: the lowest first.
             */
            position: number;
            /**
             * Format: int64
             * @description Counts changes; the `ETag`.
             */
            revision: number;
            /** @description The order, as the list's `sort` takes it. */
            sort?: string | null;
            team_id?: components["schemas"]["TeamId"] | null;
            /** @description When it was last changed. */
            updated_at: components["schemas"]["Time"];
        };
        /**
         * @description The list that a view is of.
         * @enum {string}
         */
        ViewNoun: "certificates" | "jobs" | "agents" | "issuers";
        /** @description A certificate that breaks a policy rule, or did. */
        Violation: {
            /** @description What is wrong, field by field. */
            breaches: components["schemas"]["Breach"][];
            /** @description Which certificate. */
            certificate_id: components["schemas"]["CertificateId"];
            /** @description When it last changed. */
            changed_at: components["schemas"]["Time"];
            closed_at?: components["schemas"]["Time"] | null;
            /** @description How it ended. */
            closed_because?: string | null;
            /** @description The certificate's environment. */
            environment?: string | null;
            /** @description Id. */
            id: components["schemas"]["PolicyViolationId"];
            /** @description When it began. */
            opened_at: components["schemas"]["Time"];
            owner_id?: components["schemas"]["OwnerId"] | null;
            /** @description Which rule. */
            rule_id: components["schemas"]["PolicyRuleId"];
            /** @description What the rule is about. */
            rule_kind: components["schemas"]["RuleKind"];
            /** @description The rule's name; it may have been removed since. */
            rule_name: string;
            /** @description How bad it is. */
            severity: components["schemas"]["RuleSeverity"];
            /** @description Whether it is still so. */
            state: components["schemas"]["ViolationState"];
            team_id?: components["schemas"]["TeamId"] | null;
        };
        /**
         * @description Where a violation is.
         * @enum {string}
         */
        ViolationState: "open" | "closed";
        /** @description An issuance or renewal that waits for a person's yes, as it would be issued. */
        WaitingApproval: {
            agent_id?: components["schemas"]["AgentId"] | null;
            /** @description Why it needs an approval. */
            because: string;
            /** @description For which certificate. */
            certificate_id: components["schemas"]["CertificateId"];
            /** @description Its name for people. */
            certificate_name: string;
            current_not_after?: components["schemas"]["Time"] | null;
            deadline?: components["schemas"]["Time"] | null;
            /** @description The certificate's environment. */
            environment?: string | null;
            /** @description Who would sign it. */
            issuer_id: components["schemas"]["IssuerId"];
            /** @description The job: `POST /jobs/{id}/approve` or `/reject` decides it. */
            job_id: components["schemas"]["JobId"];
            /** @description The algorithm of its key. */
            key_algorithm: string;
            /** @description Issuance (the first certificate of this key holder) or Renewal. */
            kind: components["schemas"]["JobKind"];
            /**
             * Format: int64
             * @description Its lifetime in seconds.
             */
            lifetime_seconds: number;
            /** @description The names that it would be for. */
            names: string[];
            /** @description Whether the caller asked for it, and so cannot approve it. */
            own: boolean;
            owner_id?: components["schemas"]["OwnerId"] | null;
            /** @description The profile that asks for the approval. */
            profile_id: components["schemas"]["ProfileId"];
            /** @description Why it was asked for. */
            reason: string;
            /** @description Who asked for it; the control plane's own `renewal` task for what is due by its policy. */
            requested_by: components["schemas"]["Actor"];
            /** @description What they are called; absent when they are gone, and for the control plane. */
            requested_by_name?: string | null;
            team_id?: components["schemas"]["TeamId"] | null;
            /** @description Since when it waits. */
            waiting_since: components["schemas"]["Time"];
        };
        /**
         * @description A day of the week.
         * @enum {string}
         */
        Weekday: "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday";
        /** @description A part of the week. */
        WeekWindow: {
            /** @description The days on which it begins; every day when none is named. */
            days?: components["schemas"]["Weekday"][];
            /** @description When it begins, such as `22:00`. */
            from: string;
            /** @description The place's zone in the IANA database, such as `Europe/Paris` or `UTC`. */
            time_zone: string;
            /** @description When it ends, such as `07:00`; not later than `from` means on the next day. */
            to: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    access_rules_show: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The rules */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "confirmers": 1,
                     *       "two_people": true
                     *     }
                     */
                    "application/json": components["schemas"]["AccessRules"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    access_rules_put: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "two_people": true
                 *     }
                 */
                "application/json": components["schemas"]["PutAccessRules"];
            };
        };
        responses: {
            /** @description The rules as they are now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "confirmers": 1,
                     *       "two_people": true
                     *     }
                     */
                    "application/json": components["schemas"]["AccessRules"];
                };
            };
            /** @description A second person has to confirm it first */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "action": "bulk_revoke",
                     *       "asked_at": "2026-03-01T12:00:00Z",
                     *       "asked_by": {
                     *         "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *         "kind": "api_key"
                     *       },
                     *       "asked_by_name": "text",
                     *       "consequences": [
                     *         "They are revoked at once: what serves them is refused by clients until it has another certificate.",
                     *         "A revocation cannot be taken back."
                     *       ],
                     *       "decided_at": "2026-03-01T12:00:00Z",
                     *       "decided_by": {
                     *         "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *         "kind": "api_key"
                     *       },
                     *       "decided_by_name": "text",
                     *       "ended_at": "2026-03-01T12:00:00Z",
                     *       "error": "text",
                     *       "expires_at": "2026-05-30T12:00:00Z",
                     *       "id": "cf-01m88d75d92xa7ps7zmy69qh31",
                     *       "object_id": "op-01m88d75d92xa7ps7zmy69qh31",
                     *       "object_kind": "operation",
                     *       "own": true,
                     *       "params": {},
                     *       "reason": "The host was replaced",
                     *       "result": "/api/v1/operations/op-01m88d75d92xa7ps7zmy69qh31",
                     *       "revision": 1,
                     *       "state": "waiting",
                     *       "summary": "Revoke 812 certificates (key compromise)"
                     *     }
                     */
                    "application/json": components["schemas"]["Confirmation"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    agents_list: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /**
                 * @description Only those of these environments, such as `production,staging`; `none` for those without one, `-` before a name or
                 *     `none` for the others. A comma in a name, or a `-` or `none` that is the name, has a `\` before it.
                 */
                environment?: string;
                /**
                 * @description Only those that are so, or one of several with commas between: `online`, `late`, `offline`.
                 * @example late,offline
                 */
                health?: string;
                /** @description The number of items, 1 to 500; 50 when absent. */
                limit?: number;
                /** @description Only those whose name holds this text. */
                q?: string;
                /**
                 * @description Only those in this state, or in one of several with commas between, such as `active`.
                 * @example active
                 */
                state?: string;
                /** @description Whether to count all items, not only those of the page. */
                total?: boolean;
                /**
                 * @description Only those whose program has one of these versions; `none` for those that were never heard from, `-` before one for
                 *     the others.
                 */
                version?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "abilities": [
                     *             "verify"
                     *           ],
                     *           "capabilities": [
                     *             "file",
                     *             "nginx"
                     *           ],
                     *           "certificates": 1,
                     *           "created_at": "2026-03-01T12:00:00Z",
                     *           "dns_providers": [
                     *             {
                     *               "kind": "rfc2136",
                     *               "name": "lab",
                     *               "zones": [
                     *                 "example.internal"
                     *               ]
                     *             }
                     *           ],
                     *           "environment": "production",
                     *           "health": "online",
                     *           "health_spans": [
                     *             {
                     *               "from": "2026-03-01T12:00:00Z",
                     *               "health": "online",
                     *               "until": "2026-05-30T12:00:00Z"
                     *             }
                     *           ],
                     *           "id": "ag-web-1",
                     *           "identity_not_after": "2026-05-30T12:00:00Z",
                     *           "last_seen_at": "2026-03-01T12:00:00Z",
                     *           "name": "web-1",
                     *           "next_renewal_at": "2026-03-01T12:00:00Z",
                     *           "platform": "linux/x86_64",
                     *           "revision": 1,
                     *           "state": "active",
                     *           "targets": 1,
                     *           "updated_at": "2026-03-01T12:00:00Z",
                     *           "version": "0.1.0"
                     *         }
                     *       ],
                     *       "next_cursor": "bWMtd2ViCg",
                     *       "total": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Page_Agent"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    agents_show: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example ag-web-1
                 */
                id: components["schemas"]["AgentId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "abilities": [
                     *         "verify"
                     *       ],
                     *       "capabilities": [
                     *         "file",
                     *         "nginx"
                     *       ],
                     *       "certificates": 1,
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "dns_providers": [
                     *         {
                     *           "kind": "rfc2136",
                     *           "name": "lab",
                     *           "zones": [
                     *             "example.internal"
                     *           ]
                     *         }
                     *       ],
                     *       "environment": "production",
                     *       "health": "online",
                     *       "health_spans": [
                     *         {
                     *           "from": "2026-03-01T12:00:00Z",
                     *           "health": "online",
                     *           "until": "2026-05-30T12:00:00Z"
                     *         }
                     *       ],
                     *       "id": "ag-web-1",
                     *       "identity_not_after": "2026-05-30T12:00:00Z",
                     *       "last_seen_at": "2026-03-01T12:00:00Z",
                     *       "name": "web-1",
                     *       "next_renewal_at": "2026-03-01T12:00:00Z",
                     *       "platform": "linux/x86_64",
                     *       "revision": 1,
                     *       "state": "active",
                     *       "targets": 1,
                     *       "updated_at": "2026-03-01T12:00:00Z",
                     *       "version": "0.1.0"
                     *     }
                     */
                    "application/json": components["schemas"]["Agent"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    agents_retire: {
        parameters: {
            query?: {
                /** @description Also when it still holds keys. */
                force?: boolean;
            };
            header?: {
                /**
                 * @description The `ETag` of the revision that the change is made for; any when absent
                 * @example "3"
                 */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example ag-web-1
                 */
                id: components["schemas"]["AgentId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It was done; as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "abilities": [
                     *         "verify"
                     *       ],
                     *       "capabilities": [
                     *         "file",
                     *         "nginx"
                     *       ],
                     *       "certificates": 1,
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "dns_providers": [
                     *         {
                     *           "kind": "rfc2136",
                     *           "name": "lab",
                     *           "zones": [
                     *             "example.internal"
                     *           ]
                     *         }
                     *       ],
                     *       "environment": "production",
                     *       "health": "online",
                     *       "health_spans": [
                     *         {
                     *           "from": "2026-03-01T12:00:00Z",
                     *           "health": "online",
                     *           "until": "2026-05-30T12:00:00Z"
                     *         }
                     *       ],
                     *       "id": "ag-web-1",
                     *       "identity_not_after": "2026-05-30T12:00:00Z",
                     *       "last_seen_at": "2026-03-01T12:00:00Z",
                     *       "name": "web-1",
                     *       "next_renewal_at": "2026-03-01T12:00:00Z",
                     *       "platform": "linux/x86_64",
                     *       "revision": 1,
                     *       "state": "active",
                     *       "targets": 1,
                     *       "updated_at": "2026-03-01T12:00:00Z",
                     *       "version": "0.1.0"
                     *     }
                     */
                    "application/json": components["schemas"]["Agent"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    agents_update: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the revision that the change is made for; any when absent
                 * @example "3"
                 */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example ag-web-1
                 */
                id: components["schemas"]["AgentId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "environment": "production"
                 *     }
                 */
                "application/json": components["schemas"]["UpdateAgent"];
            };
        };
        responses: {
            /** @description It was done; as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "abilities": [
                     *         "verify"
                     *       ],
                     *       "capabilities": [
                     *         "file",
                     *         "nginx"
                     *       ],
                     *       "certificates": 1,
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "dns_providers": [
                     *         {
                     *           "kind": "rfc2136",
                     *           "name": "lab",
                     *           "zones": [
                     *             "example.internal"
                     *           ]
                     *         }
                     *       ],
                     *       "environment": "production",
                     *       "health": "online",
                     *       "health_spans": [
                     *         {
                     *           "from": "2026-03-01T12:00:00Z",
                     *           "health": "online",
                     *           "until": "2026-05-30T12:00:00Z"
                     *         }
                     *       ],
                     *       "id": "ag-web-1",
                     *       "identity_not_after": "2026-05-30T12:00:00Z",
                     *       "last_seen_at": "2026-03-01T12:00:00Z",
                     *       "name": "web-1",
                     *       "next_renewal_at": "2026-03-01T12:00:00Z",
                     *       "platform": "linux/x86_64",
                     *       "revision": 1,
                     *       "state": "active",
                     *       "targets": 1,
                     *       "updated_at": "2026-03-01T12:00:00Z",
                     *       "version": "0.1.0"
                     *     }
                     */
                    "application/json": components["schemas"]["Agent"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    agents_list_jobs: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before; of the same order. */
                cursor?: string;
                /** @description Only those of this kind, or of one of several with commas between. */
                kind?: string;
                /** @description The number of items, 1 to 500; 50 when absent. */
                limit?: number;
                /** @description The order; `-created` (newest first) when absent. */
                sort?: "created" | "-created";
                /** @description Only those in this state, or in one of several with commas between, such as `Pending,Running`. */
                state?: string;
                /** @description Whether to count all that match. */
                total?: boolean;
            };
            header?: never;
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example ag-web-1
                 */
                id: components["schemas"]["AgentId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "agent_id": "ag-web-1",
                     *           "agent_name": "text",
                     *           "approval_because": "text",
                     *           "attempts": 1,
                     *           "cause_code": "cancelled",
                     *           "certificate_id": "mc-web",
                     *           "certificate_name": "text",
                     *           "created_at": "2026-03-01T12:00:00Z",
                     *           "deadline": "2026-05-30T12:00:00Z",
                     *           "deployment_id": "dep-01m88d75d92xa7ps7zmy69qh31",
                     *           "error": "text",
                     *           "finished_at": "2026-03-01T12:00:00Z",
                     *           "held_because": "text",
                     *           "id": "job-01m88d75d92xa7ps7zmy69qh31",
                     *           "kind": "Issuance",
                     *           "max_attempts": 1,
                     *           "reason": "The host was replaced",
                     *           "request_id": "req-3q2-7wkAAQIDBAUG",
                     *           "requested_by": {
                     *             "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *             "kind": "api_key"
                     *           },
                     *           "requested_by_name": "text",
                     *           "run_after": "2026-03-01T12:00:00Z",
                     *           "state": "Pending",
                     *           "target_id": "tgt-web-files",
                     *           "target_name": "text",
                     *           "trace_id": "text",
                     *           "updated_at": "2026-03-01T12:00:00Z",
                     *           "version_id": "cv-01m88d75d92xa7ps7zmy69qh31"
                     *         }
                     *       ],
                     *       "next_cursor": "bWMtd2ViCg",
                     *       "total": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Page_Job"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    agents_anchors: {
        parameters: {
            query?: {
                /**
                 * @description Only those of these environments, such as `production,staging`; `none` for those without one, `-` before a name or
                 *     `none` for the others. A comma in a name, or a `-` or `none` that is the name, has a `\` before it.
                 */
                environment?: string;
                /**
                 * @description Only those that are so, or one of several with commas between: `online`, `late`, `offline`.
                 * @example late,offline
                 */
                health?: string;
                /** @description Only those whose name holds this text. */
                q?: string;
                /**
                 * @description Only those in this state, or in one of several with commas between, such as `active`.
                 * @example active
                 */
                state?: string;
                /**
                 * @description Only those whose program has one of these versions; `none` for those that were never heard from, `-` before one for
                 *     the others.
                 */
                version?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "anchors": [
                     *         "text"
                     *       ],
                     *       "approximate": true,
                     *       "as_of": "2026-03-01T12:00:00Z",
                     *       "every": 1,
                     *       "total": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Anchors"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    agents_facets: {
        parameters: {
            query?: {
                /**
                 * @description Only those of these environments, such as `production,staging`; `none` for those without one, `-` before a name or
                 *     `none` for the others. A comma in a name, or a `-` or `none` that is the name, has a `\` before it.
                 */
                environment?: string;
                /**
                 * @description Only those that are so, or one of several with commas between: `online`, `late`, `offline`.
                 * @example late,offline
                 */
                health?: string;
                /** @description Only those whose name holds this text. */
                q?: string;
                /**
                 * @description Only those in this state, or in one of several with commas between, such as `active`.
                 * @example active
                 */
                state?: string;
                /**
                 * @description Only those whose program has one of these versions; `none` for those that were never heard from, `-` before one for
                 *     the others.
                 */
                version?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "approximate": true,
                     *       "as_of": "2026-03-01T12:00:00Z",
                     *       "facets": [
                     *         {
                     *           "facet": "status",
                     *           "other_count": 1,
                     *           "other_values": 1,
                     *           "values": [
                     *             {
                     *               "count": 1,
                     *               "value": "none"
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "total": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Facets"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    agents_invitations: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description The number of items, 1 to 500; 50 when absent. */
                limit?: number;
                /** @description Whether to count all items, not only those of the page. */
                total?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "agent_id": "ag-web-1",
                     *           "created_at": "2026-03-01T12:00:00Z",
                     *           "expires_at": "2026-05-30T12:00:00Z",
                     *           "id": "inv-01m88d75d92xa7ps7zmy69qh31",
                     *           "name": "web-1",
                     *           "used_at": "2026-03-01T12:00:00Z"
                     *         }
                     *       ],
                     *       "next_cursor": "bWMtd2ViCg",
                     *       "total": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Page_Invitation"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    agents_invite: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "expires_in_seconds": 3600,
                 *       "name": "web-2"
                 *     }
                 */
                "application/json": components["schemas"]["CreateInvitation"];
            };
        };
        responses: {
            /** @description It was made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "command": "text",
                     *       "invitation": {
                     *         "agent_id": "ag-web-1",
                     *         "created_at": "2026-03-01T12:00:00Z",
                     *         "expires_at": "2026-05-30T12:00:00Z",
                     *         "id": "inv-01m88d75d92xa7ps7zmy69qh31",
                     *         "name": "web-1",
                     *         "used_at": "2026-03-01T12:00:00Z"
                     *       },
                     *       "token": "cj_EXAMPLE0000000000000000000000000000000000000"
                     *     }
                     */
                    "application/json": components["schemas"]["InvitationCreated"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    agents_withdraw: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example inv-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["InvitationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It was done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    alert_rules_list: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description The number of items, 1 to 500; 50 when absent. */
                limit?: number;
                /** @description Whether to count all items, not only those of the page. */
                total?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "conditions": [
                     *             {
                     *               "environment": "production",
                     *               "status": "Failed"
                     *             }
                     *           ],
                     *           "created_at": "2026-03-01T12:00:00Z",
                     *           "enabled": true,
                     *           "error": "text",
                     *           "escalation": {
                     *             "after_seconds": 60,
                     *             "notifier_ids": [
                     *               "nt-01m88d75d92xa7ps7zmy69qh31"
                     *             ]
                     *           },
                     *           "evaluated_at": "2026-03-01T12:00:00Z",
                     *           "for_seconds": 1,
                     *           "group_by": "none",
                     *           "groups": 1,
                     *           "id": "ar-01m88d75d92xa7ps7zmy69qh31",
                     *           "matches": 1,
                     *           "name": "Web",
                     *           "quiet_hours": {
                     *             "days": [
                     *               "monday"
                     *             ],
                     *             "except": "info",
                     *             "from": "22:00",
                     *             "time_zone": "Europe/Paris",
                     *             "to": "07:00"
                     *           },
                     *           "repeat_seconds": 1,
                     *           "revision": 1,
                     *           "severity": "info",
                     *           "subject": "certificates",
                     *           "updated_at": "2026-03-01T12:00:00Z"
                     *         }
                     *       ],
                     *       "next_cursor": "bWMtd2ViCg",
                     *       "total": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Page_AlertRule"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    alert_rules_create: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "conditions": [
                 *         {
                 *           "environment": "production",
                 *           "status": "Failed"
                 *         }
                 *       ],
                 *       "group_by": "issuer",
                 *       "name": "Production renewals that fail",
                 *       "quiet_hours": {
                 *         "except": "critical",
                 *         "from": "22:00",
                 *         "time_zone": "Europe/Paris",
                 *         "to": "07:00"
                 *       },
                 *       "repeat_seconds": 43200,
                 *       "severity": "critical",
                 *       "subject": "certificates"
                 *     }
                 */
                "application/json": components["schemas"]["CreateAlertRule"];
            };
        };
        responses: {
            /** @description It was made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "conditions": [
                     *         {
                     *           "environment": "production",
                     *           "status": "Failed"
                     *         }
                     *       ],
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "enabled": true,
                     *       "error": "text",
                     *       "escalation": {
                     *         "after_seconds": 60,
                     *         "notifier_ids": [
                     *           "nt-01m88d75d92xa7ps7zmy69qh31"
                     *         ]
                     *       },
                     *       "evaluated_at": "2026-03-01T12:00:00Z",
                     *       "for_seconds": 1,
                     *       "group_by": "none",
                     *       "groups": 1,
                     *       "id": "ar-01m88d75d92xa7ps7zmy69qh31",
                     *       "matches": 1,
                     *       "name": "Web",
                     *       "quiet_hours": {
                     *         "days": [
                     *           "monday"
                     *         ],
                     *         "except": "info",
                     *         "from": "22:00",
                     *         "time_zone": "Europe/Paris",
                     *         "to": "07:00"
                     *       },
                     *       "repeat_seconds": 1,
                     *       "revision": 1,
                     *       "severity": "info",
                     *       "subject": "certificates",
                     *       "updated_at": "2026-03-01T12:00:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["AlertRule"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    alert_rules_show: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example ar-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["AlertRuleId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "conditions": [
                     *         {
                     *           "environment": "production",
                     *           "status": "Failed"
                     *         }
                     *       ],
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "enabled": true,
                     *       "error": "text",
                     *       "escalation": {
                     *         "after_seconds": 60,
                     *         "notifier_ids": [
                     *           "nt-01m88d75d92xa7ps7zmy69qh31"
                     *         ]
                     *       },
                     *       "evaluated_at": "2026-03-01T12:00:00Z",
                     *       "for_seconds": 1,
                     *       "group_by": "none",
                     *       "groups": 1,
                     *       "id": "ar-01m88d75d92xa7ps7zmy69qh31",
                     *       "matches": 1,
                     *       "name": "Web",
                     *       "quiet_hours": {
                     *         "days": [
                     *           "monday"
                     *         ],
                     *         "except": "info",
                     *         "from": "22:00",
                     *         "time_zone": "Europe/Paris",
                     *         "to": "07:00"
                     *       },
                     *       "repeat_seconds": 1,
                     *       "revision": 1,
                     *       "severity": "info",
                     *       "subject": "certificates",
                     *       "updated_at": "2026-03-01T12:00:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["AlertRule"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    alert_rules_delete: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the revision that the change is made for; any when absent
                 * @example "3"
                 */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example ar-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["AlertRuleId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    alert_rules_update: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the revision that the change is made for; any when absent
                 * @example "3"
                 */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example ar-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["AlertRuleId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "name": "Web"
                 *     }
                 */
                "application/json": components["schemas"]["UpdateAlertRule"];
            };
        };
        responses: {
            /** @description As it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "conditions": [
                     *         {
                     *           "environment": "production",
                     *           "status": "Failed"
                     *         }
                     *       ],
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "enabled": true,
                     *       "error": "text",
                     *       "escalation": {
                     *         "after_seconds": 60,
                     *         "notifier_ids": [
                     *           "nt-01m88d75d92xa7ps7zmy69qh31"
                     *         ]
                     *       },
                     *       "evaluated_at": "2026-03-01T12:00:00Z",
                     *       "for_seconds": 1,
                     *       "group_by": "none",
                     *       "groups": 1,
                     *       "id": "ar-01m88d75d92xa7ps7zmy69qh31",
                     *       "matches": 1,
                     *       "name": "Web",
                     *       "quiet_hours": {
                     *         "days": [
                     *           "monday"
                     *         ],
                     *         "except": "info",
                     *         "from": "22:00",
                     *         "time_zone": "Europe/Paris",
                     *         "to": "07:00"
                     *       },
                     *       "repeat_seconds": 1,
                     *       "revision": 1,
                     *       "severity": "info",
                     *       "subject": "certificates",
                     *       "updated_at": "2026-03-01T12:00:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["AlertRule"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    alert_rules_preview: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "conditions": [
                 *         {
                 *           "kind": "Renewal,Deployment",
                 *           "state": "Failed"
                 *         }
                 *       ],
                 *       "group_by": "agent",
                 *       "subject": "jobs"
                 *     }
                 */
                "application/json": components["schemas"]["PreviewAlertRule"];
            };
        };
        responses: {
            /** @description What it finds */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "groups": 1,
                     *       "held_until": "2026-05-30T12:00:00Z",
                     *       "items": [
                     *         {
                     *           "id": "text",
                     *           "moment": "2026-03-01T12:00:00Z",
                     *           "name": "Web"
                     *         }
                     *       ],
                     *       "matches": 1,
                     *       "messages": [
                     *         {
                     *           "cause": "text",
                     *           "group_key": "issuer=iss-local",
                     *           "members": 1,
                     *           "severity": "info",
                     *           "title": "text"
                     *         }
                     *       ],
                     *       "past": {
                     *         "conditions": [
                     *           {
                     *             "because": "text",
                     *             "known": true
                     *           }
                     *         ],
                     *         "days": [
                     *           {
                     *             "count": 1,
                     *             "date": "2026-11-29"
                     *           }
                     *         ],
                     *         "known": true,
                     *         "total": 1
                     *       },
                     *       "warnings": [
                     *         "text"
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["AlertRulePreview"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    alerts_list: {
        parameters: {
            query?: {
                /** @description Only those that concern this agent. */
                agent_id?: components["schemas"]["AgentId"];
                /** @description Only those assigned to these users; `none` for those that are nobody's, `-` before an id or `none` for the others. */
                assigned_to?: string;
                /** @description Only those that concern this certificate. */
                certificate_id?: components["schemas"]["CertificateId"];
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /**
                 * @description Only those of these environments, such as `production,staging`; `none`, `-production`, `-none` likewise. A comma in a
                 *     name, or a `-` or `none` that is the name, has a `\` before it.
                 */
                environment?: string;
                /** @description Only those that concern this issuer. */
                issuer_id?: components["schemas"]["IssuerId"];
                /**
                 * @description Any of these kinds, with commas, such as `certificate_expiring`.
                 * @example renewal_failing,job_stuck
                 */
                kind?: string;
                /** @description The number of items, 1 to 500; 50 when absent. */
                limit?: number;
                /** @description Only those of this object. */
                object_id?: string;
                /** @description Only those of objects of this kind, such as `certificate`. */
                object_kind?: string;
                /** @description Only those that began after this time. */
                opened_after?: components["schemas"]["Time"];
                /** @description Only those that began before this time. */
                opened_before?: components["schemas"]["Time"];
                /** @description Only those of these owners; `none` for those without one, `-` before an id or `none` for the others. */
                owner_id?: string;
                /** @description Only those of this alert rule. */
                rule_id?: components["schemas"]["AlertRuleId"];
                /**
                 * @description Any of these severities, with commas: `info`, `warning`, `critical`.
                 * @example critical
                 */
                severity?: string;
                /**
                 * @description Any of these states, with commas: `open`, `acknowledged`, `snoozed`, `closed`; all but `closed` when absent.
                 * @example open,acknowledged
                 */
                state?: string;
                /** @description Only those of these teams; `none` for those without one, `-` before an id or `none` for the others. */
                team_id?: string;
                /** @description Whether to count all items, not only those of the page. */
                total?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "acknowledged_at": "2026-03-01T12:00:00Z",
                     *           "acknowledged_by": "text",
                     *           "agent_id": "ag-web-1",
                     *           "assigned_at": "2026-03-01T12:00:00Z",
                     *           "assigned_to": "u-01m88d75d92xa7ps7zmy69qh31",
                     *           "assigned_to_name": "text",
                     *           "cause": "text",
                     *           "certificate_id": "mc-web",
                     *           "changed_at": "2026-03-01T12:00:00Z",
                     *           "closed_at": "2026-03-01T12:00:00Z",
                     *           "closed_because": "text",
                     *           "code": "params",
                     *           "count": 1,
                     *           "dedup_key": "text",
                     *           "environment": "production",
                     *           "escalated_at": "2026-03-01T12:00:00Z",
                     *           "group_key": "issuer=iss-local",
                     *           "id": "al-01m88d75d92xa7ps7zmy69qh31",
                     *           "issuer_id": "iss-local",
                     *           "kind": "certificate_expiring",
                     *           "last_seen_at": "2026-03-01T12:00:00Z",
                     *           "members": 1,
                     *           "note": "text",
                     *           "object_id": "text",
                     *           "object_kind": "certificate",
                     *           "opened_at": "2026-03-01T12:00:00Z",
                     *           "owner_id": "o-web-team",
                     *           "params": {},
                     *           "revision": 1,
                     *           "rule_id": "ar-01m88d75d92xa7ps7zmy69qh31",
                     *           "severity": "info",
                     *           "snoozed_until": "2026-05-30T12:00:00Z",
                     *           "snoozed_until_change": true,
                     *           "state": "open",
                     *           "team_id": "t-web",
                     *           "title": "text",
                     *           "told_at": "2026-03-01T12:00:00Z"
                     *         }
                     *       ],
                     *       "next_cursor": "bWMtd2ViCg",
                     *       "total": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Page_Alert"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    alerts_show: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example al-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["AlertId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "acknowledged_at": "2026-03-01T12:00:00Z",
                     *       "acknowledged_by": "text",
                     *       "agent_id": "ag-web-1",
                     *       "assigned_at": "2026-03-01T12:00:00Z",
                     *       "assigned_to": "u-01m88d75d92xa7ps7zmy69qh31",
                     *       "assigned_to_name": "text",
                     *       "cause": "text",
                     *       "certificate_id": "mc-web",
                     *       "changed_at": "2026-03-01T12:00:00Z",
                     *       "closed_at": "2026-03-01T12:00:00Z",
                     *       "closed_because": "text",
                     *       "code": "params",
                     *       "count": 1,
                     *       "dedup_key": "text",
                     *       "environment": "production",
                     *       "escalated_at": "2026-03-01T12:00:00Z",
                     *       "group_key": "issuer=iss-local",
                     *       "id": "al-01m88d75d92xa7ps7zmy69qh31",
                     *       "issuer_id": "iss-local",
                     *       "kind": "certificate_expiring",
                     *       "last_seen_at": "2026-03-01T12:00:00Z",
                     *       "members": 1,
                     *       "note": "text",
                     *       "object_id": "text",
                     *       "object_kind": "certificate",
                     *       "opened_at": "2026-03-01T12:00:00Z",
                     *       "owner_id": "o-web-team",
                     *       "params": {},
                     *       "revision": 1,
                     *       "rule_id": "ar-01m88d75d92xa7ps7zmy69qh31",
                     *       "severity": "info",
                     *       "snoozed_until": "2026-05-30T12:00:00Z",
                     *       "snoozed_until_change": true,
                     *       "state": "open",
                     *       "team_id": "t-web",
                     *       "title": "text",
                     *       "told_at": "2026-03-01T12:00:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Alert"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    alerts_acknowledge: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example al-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["AlertId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "reason": "The host was replaced"
                 *     }
                 */
                "application/json": components["schemas"]["AcknowledgeAlert"];
            };
        };
        responses: {
            /** @description As it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "acknowledged_at": "2026-03-01T12:00:00Z",
                     *       "acknowledged_by": "text",
                     *       "agent_id": "ag-web-1",
                     *       "assigned_at": "2026-03-01T12:00:00Z",
                     *       "assigned_to": "u-01m88d75d92xa7ps7zmy69qh31",
                     *       "assigned_to_name": "text",
                     *       "cause": "text",
                     *       "certificate_id": "mc-web",
                     *       "changed_at": "2026-03-01T12:00:00Z",
                     *       "closed_at": "2026-03-01T12:00:00Z",
                     *       "closed_because": "text",
                     *       "code": "params",
                     *       "count": 1,
                     *       "dedup_key": "text",
                     *       "environment": "production",
                     *       "escalated_at": "2026-03-01T12:00:00Z",
                     *       "group_key": "issuer=iss-local",
                     *       "id": "al-01m88d75d92xa7ps7zmy69qh31",
                     *       "issuer_id": "iss-local",
                     *       "kind": "certificate_expiring",
                     *       "last_seen_at": "2026-03-01T12:00:00Z",
                     *       "members": 1,
                     *       "note": "text",
                     *       "object_id": "text",
                     *       "object_kind": "certificate",
                     *       "opened_at": "2026-03-01T12:00:00Z",
                     *       "owner_id": "o-web-team",
                     *       "params": {},
                     *       "revision": 1,
                     *       "rule_id": "ar-01m88d75d92xa7ps7zmy69qh31",
                     *       "severity": "info",
                     *       "snoozed_until": "2026-05-30T12:00:00Z",
                     *       "snoozed_until_change": true,
                     *       "state": "open",
                     *       "team_id": "t-web",
                     *       "title": "text",
                     *       "told_at": "2026-03-01T12:00:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Alert"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    alerts_assign: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example al-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["AlertId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "reason": "The host was replaced"
                 *     }
                 */
                "application/json": components["schemas"]["AssignAlert"];
            };
        };
        responses: {
            /** @description As it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "acknowledged_at": "2026-03-01T12:00:00Z",
                     *       "acknowledged_by": "text",
                     *       "agent_id": "ag-web-1",
                     *       "assigned_at": "2026-03-01T12:00:00Z",
                     *       "assigned_to": "u-01m88d75d92xa7ps7zmy69qh31",
                     *       "assigned_to_name": "text",
                     *       "cause": "text",
                     *       "certificate_id": "mc-web",
                     *       "changed_at": "2026-03-01T12:00:00Z",
                     *       "closed_at": "2026-03-01T12:00:00Z",
                     *       "closed_because": "text",
                     *       "code": "params",
                     *       "count": 1,
                     *       "dedup_key": "text",
                     *       "environment": "production",
                     *       "escalated_at": "2026-03-01T12:00:00Z",
                     *       "group_key": "issuer=iss-local",
                     *       "id": "al-01m88d75d92xa7ps7zmy69qh31",
                     *       "issuer_id": "iss-local",
                     *       "kind": "certificate_expiring",
                     *       "last_seen_at": "2026-03-01T12:00:00Z",
                     *       "members": 1,
                     *       "note": "text",
                     *       "object_id": "text",
                     *       "object_kind": "certificate",
                     *       "opened_at": "2026-03-01T12:00:00Z",
                     *       "owner_id": "o-web-team",
                     *       "params": {},
                     *       "revision": 1,
                     *       "rule_id": "ar-01m88d75d92xa7ps7zmy69qh31",
                     *       "severity": "info",
                     *       "snoozed_until": "2026-05-30T12:00:00Z",
                     *       "snoozed_until_change": true,
                     *       "state": "open",
                     *       "team_id": "t-web",
                     *       "title": "text",
                     *       "told_at": "2026-03-01T12:00:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Alert"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    alerts_snooze: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example al-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["AlertId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "reason": "Known; the new appliance comes on Friday",
                 *       "until_change": true
                 *     }
                 */
                "application/json": components["schemas"]["SnoozeAlert"];
            };
        };
        responses: {
            /** @description As it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "acknowledged_at": "2026-03-01T12:00:00Z",
                     *       "acknowledged_by": "text",
                     *       "agent_id": "ag-web-1",
                     *       "assigned_at": "2026-03-01T12:00:00Z",
                     *       "assigned_to": "u-01m88d75d92xa7ps7zmy69qh31",
                     *       "assigned_to_name": "text",
                     *       "cause": "text",
                     *       "certificate_id": "mc-web",
                     *       "changed_at": "2026-03-01T12:00:00Z",
                     *       "closed_at": "2026-03-01T12:00:00Z",
                     *       "closed_because": "text",
                     *       "code": "params",
                     *       "count": 1,
                     *       "dedup_key": "text",
                     *       "environment": "production",
                     *       "escalated_at": "2026-03-01T12:00:00Z",
                     *       "group_key": "issuer=iss-local",
                     *       "id": "al-01m88d75d92xa7ps7zmy69qh31",
                     *       "issuer_id": "iss-local",
                     *       "kind": "certificate_expiring",
                     *       "last_seen_at": "2026-03-01T12:00:00Z",
                     *       "members": 1,
                     *       "note": "text",
                     *       "object_id": "text",
                     *       "object_kind": "certificate",
                     *       "opened_at": "2026-03-01T12:00:00Z",
                     *       "owner_id": "o-web-team",
                     *       "params": {},
                     *       "revision": 1,
                     *       "rule_id": "ar-01m88d75d92xa7ps7zmy69qh31",
                     *       "severity": "info",
                     *       "snoozed_until": "2026-05-30T12:00:00Z",
                     *       "snoozed_until_change": true,
                     *       "state": "open",
                     *       "team_id": "t-web",
                     *       "title": "text",
                     *       "told_at": "2026-03-01T12:00:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Alert"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    alerts_unsnooze: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example al-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["AlertId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "acknowledged_at": "2026-03-01T12:00:00Z",
                     *       "acknowledged_by": "text",
                     *       "agent_id": "ag-web-1",
                     *       "assigned_at": "2026-03-01T12:00:00Z",
                     *       "assigned_to": "u-01m88d75d92xa7ps7zmy69qh31",
                     *       "assigned_to_name": "text",
                     *       "cause": "text",
                     *       "certificate_id": "mc-web",
                     *       "changed_at": "2026-03-01T12:00:00Z",
                     *       "closed_at": "2026-03-01T12:00:00Z",
                     *       "closed_because": "text",
                     *       "code": "params",
                     *       "count": 1,
                     *       "dedup_key": "text",
                     *       "environment": "production",
                     *       "escalated_at": "2026-03-01T12:00:00Z",
                     *       "group_key": "issuer=iss-local",
                     *       "id": "al-01m88d75d92xa7ps7zmy69qh31",
                     *       "issuer_id": "iss-local",
                     *       "kind": "certificate_expiring",
                     *       "last_seen_at": "2026-03-01T12:00:00Z",
                     *       "members": 1,
                     *       "note": "text",
                     *       "object_id": "text",
                     *       "object_kind": "certificate",
                     *       "opened_at": "2026-03-01T12:00:00Z",
                     *       "owner_id": "o-web-team",
                     *       "params": {},
                     *       "revision": 1,
                     *       "rule_id": "ar-01m88d75d92xa7ps7zmy69qh31",
                     *       "severity": "info",
                     *       "snoozed_until": "2026-05-30T12:00:00Z",
                     *       "snoozed_until_change": true,
                     *       "state": "open",
                     *       "team_id": "t-web",
                     *       "title": "text",
                     *       "told_at": "2026-03-01T12:00:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Alert"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    alerts_acknowledge_many: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "reason": "The host was replaced"
                 *     }
                 */
                "application/json": components["schemas"]["AcknowledgeAlerts"];
            };
        };
        responses: {
            /** @description How many */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "acknowledged": 1,
                     *       "more": true
                     *     }
                     */
                    "application/json": components["schemas"]["AlertsAcknowledged"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    alerts_anchors: {
        parameters: {
            query?: {
                /** @description Only those that concern this agent. */
                agent_id?: components["schemas"]["AgentId"];
                /** @description Only those assigned to these users; `none` for those that are nobody's, `-` before an id or `none` for the others. */
                assigned_to?: string;
                /** @description Only those that concern this certificate. */
                certificate_id?: components["schemas"]["CertificateId"];
                /**
                 * @description Only those of these environments, such as `production,staging`; `none`, `-production`, `-none` likewise. A comma in a
                 *     name, or a `-` or `none` that is the name, has a `\` before it.
                 */
                environment?: string;
                /** @description Only those that concern this issuer. */
                issuer_id?: components["schemas"]["IssuerId"];
                /**
                 * @description Any of these kinds, with commas, such as `certificate_expiring`.
                 * @example renewal_failing,job_stuck
                 */
                kind?: string;
                /** @description Only those of this object. */
                object_id?: string;
                /** @description Only those of objects of this kind, such as `certificate`. */
                object_kind?: string;
                /** @description Only those that began after this time. */
                opened_after?: components["schemas"]["Time"];
                /** @description Only those that began before this time. */
                opened_before?: components["schemas"]["Time"];
                /** @description Only those of these owners; `none` for those without one, `-` before an id or `none` for the others. */
                owner_id?: string;
                /** @description Only those of this alert rule. */
                rule_id?: components["schemas"]["AlertRuleId"];
                /**
                 * @description Any of these severities, with commas: `info`, `warning`, `critical`.
                 * @example critical
                 */
                severity?: string;
                /**
                 * @description Any of these states, with commas: `open`, `acknowledged`, `snoozed`, `closed`; all but `closed` when absent.
                 * @example open,acknowledged
                 */
                state?: string;
                /** @description Only those of these teams; `none` for those without one, `-` before an id or `none` for the others. */
                team_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "anchors": [
                     *         "text"
                     *       ],
                     *       "approximate": true,
                     *       "as_of": "2026-03-01T12:00:00Z",
                     *       "every": 1,
                     *       "total": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Anchors"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    alerts_facets: {
        parameters: {
            query?: {
                /** @description Only those that concern this agent. */
                agent_id?: components["schemas"]["AgentId"];
                /** @description Only those assigned to these users; `none` for those that are nobody's, `-` before an id or `none` for the others. */
                assigned_to?: string;
                /** @description Only those that concern this certificate. */
                certificate_id?: components["schemas"]["CertificateId"];
                /**
                 * @description Only those of these environments, such as `production,staging`; `none`, `-production`, `-none` likewise. A comma in a
                 *     name, or a `-` or `none` that is the name, has a `\` before it.
                 */
                environment?: string;
                /** @description Only those that concern this issuer. */
                issuer_id?: components["schemas"]["IssuerId"];
                /**
                 * @description Any of these kinds, with commas, such as `certificate_expiring`.
                 * @example renewal_failing,job_stuck
                 */
                kind?: string;
                /** @description Only those of this object. */
                object_id?: string;
                /** @description Only those of objects of this kind, such as `certificate`. */
                object_kind?: string;
                /** @description Only those that began after this time. */
                opened_after?: components["schemas"]["Time"];
                /** @description Only those that began before this time. */
                opened_before?: components["schemas"]["Time"];
                /** @description Only those of these owners; `none` for those without one, `-` before an id or `none` for the others. */
                owner_id?: string;
                /** @description Only those of this alert rule. */
                rule_id?: components["schemas"]["AlertRuleId"];
                /**
                 * @description Any of these severities, with commas: `info`, `warning`, `critical`.
                 * @example critical
                 */
                severity?: string;
                /**
                 * @description Any of these states, with commas: `open`, `acknowledged`, `snoozed`, `closed`; all but `closed` when absent.
                 * @example open,acknowledged
                 */
                state?: string;
                /** @description Only those of these teams; `none` for those without one, `-` before an id or `none` for the others. */
                team_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "approximate": true,
                     *       "as_of": "2026-03-01T12:00:00Z",
                     *       "facets": [
                     *         {
                     *           "facet": "status",
                     *           "other_count": 1,
                     *           "other_values": 1,
                     *           "values": [
                     *             {
                     *               "count": 1,
                     *               "value": "none"
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "total": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Facets"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    api_keys_list: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description The number of items, 1 to 500; 50 when absent. */
                limit?: number;
                /** @description Only those whose name holds this text, or whose secret begins with it. */
                q?: string;
                /** @description Only those with this role. */
                role?: components["schemas"]["Role"];
                /** @description Whether to count all that match. */
                total?: boolean;
                /** @description Only those that can be used now, or only those that cannot: revoked or past their end. */
                usable?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "created_at": "2026-03-01T12:00:00Z",
                     *           "expires_at": "2026-05-30T12:00:00Z",
                     *           "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *           "last_used_at": "2026-03-01T12:00:00Z",
                     *           "name": "Web",
                     *           "prefix": "text",
                     *           "previous_secret_until": "2026-05-30T12:00:00Z",
                     *           "revision": 1,
                     *           "revoked_at": "2026-03-01T12:00:00Z",
                     *           "role": "admin",
                     *           "scope": {
                     *             "environments": [
                     *               "text"
                     *             ],
                     *             "team_ids": [
                     *               "t-web"
                     *             ]
                     *           }
                     *         }
                     *       ],
                     *       "next_cursor": "bWMtd2ViCg",
                     *       "total": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Page_ApiKey"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    api_keys_create: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Web",
                 *       "role": "admin"
                 *     }
                 */
                "application/json": components["schemas"]["CreateApiKey"];
            };
        };
        responses: {
            /** @description It was made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "api_key": {
                     *         "created_at": "2026-03-01T12:00:00Z",
                     *         "expires_at": "2026-05-30T12:00:00Z",
                     *         "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *         "last_used_at": "2026-03-01T12:00:00Z",
                     *         "name": "Web",
                     *         "prefix": "text",
                     *         "previous_secret_until": "2026-05-30T12:00:00Z",
                     *         "revision": 1,
                     *         "revoked_at": "2026-03-01T12:00:00Z",
                     *         "role": "admin",
                     *         "scope": {
                     *           "environments": [
                     *             "text"
                     *           ],
                     *           "team_ids": [
                     *             "t-web"
                     *           ]
                     *         }
                     *       },
                     *       "secret": "ck_EXAMPLE0000000000000000000000000000000000000"
                     *     }
                     */
                    "application/json": components["schemas"]["ApiKeyCreated"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    api_keys_show: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example key-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["APIKeyId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "expires_at": "2026-05-30T12:00:00Z",
                     *       "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *       "last_used_at": "2026-03-01T12:00:00Z",
                     *       "name": "Web",
                     *       "prefix": "text",
                     *       "previous_secret_until": "2026-05-30T12:00:00Z",
                     *       "revision": 1,
                     *       "revoked_at": "2026-03-01T12:00:00Z",
                     *       "role": "admin",
                     *       "scope": {
                     *         "environments": [
                     *           "text"
                     *         ],
                     *         "team_ids": [
                     *           "t-web"
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    api_keys_revoke: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the revision that the change is made for; any when absent
                 * @example "3"
                 */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example key-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["APIKeyId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It was done; as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "expires_at": "2026-05-30T12:00:00Z",
                     *       "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *       "last_used_at": "2026-03-01T12:00:00Z",
                     *       "name": "Web",
                     *       "prefix": "text",
                     *       "previous_secret_until": "2026-05-30T12:00:00Z",
                     *       "revision": 1,
                     *       "revoked_at": "2026-03-01T12:00:00Z",
                     *       "role": "admin",
                     *       "scope": {
                     *         "environments": [
                     *           "text"
                     *         ],
                     *         "team_ids": [
                     *           "t-web"
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    api_keys_update: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the revision that the change is made for; any when absent
                 * @example "3"
                 */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example key-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["APIKeyId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "name": "Web"
                 *     }
                 */
                "application/json": components["schemas"]["UpdateApiKey"];
            };
        };
        responses: {
            /** @description It was done; as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "expires_at": "2026-05-30T12:00:00Z",
                     *       "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *       "last_used_at": "2026-03-01T12:00:00Z",
                     *       "name": "Web",
                     *       "prefix": "text",
                     *       "previous_secret_until": "2026-05-30T12:00:00Z",
                     *       "revision": 1,
                     *       "revoked_at": "2026-03-01T12:00:00Z",
                     *       "role": "admin",
                     *       "scope": {
                     *         "environments": [
                     *           "text"
                     *         ],
                     *         "team_ids": [
                     *           "t-web"
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    api_keys_rotate: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example key-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["APIKeyId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /** @example {} */
                "application/json": components["schemas"]["RotateApiKey"];
            };
        };
        responses: {
            /** @description It was done; as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "api_key": {
                     *         "created_at": "2026-03-01T12:00:00Z",
                     *         "expires_at": "2026-05-30T12:00:00Z",
                     *         "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *         "last_used_at": "2026-03-01T12:00:00Z",
                     *         "name": "Web",
                     *         "prefix": "text",
                     *         "previous_secret_until": "2026-05-30T12:00:00Z",
                     *         "revision": 1,
                     *         "revoked_at": "2026-03-01T12:00:00Z",
                     *         "role": "admin",
                     *         "scope": {
                     *           "environments": [
                     *             "text"
                     *           ],
                     *           "team_ids": [
                     *             "t-web"
                     *           ]
                     *         }
                     *       },
                     *       "secret": "ck_EXAMPLE0000000000000000000000000000000000000"
                     *     }
                     */
                    "application/json": components["schemas"]["ApiKeyCreated"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    approvals_list: {
        parameters: {
            query?: {
                /** @description Only those for this certificate. */
                certificate_id?: components["schemas"]["CertificateId"];
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description The number of items, 1 to 500; 50 when absent. */
                limit?: number;
                /** @description Only those under this profile. */
                profile_id?: components["schemas"]["ProfileId"];
                /** @description Only those for certificates of this team. */
                team_id?: components["schemas"]["TeamId"];
                /** @description Whether to count all that match. */
                total?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "agent_id": "ag-web-1",
                     *           "because": "text",
                     *           "certificate_id": "mc-web",
                     *           "certificate_name": "text",
                     *           "current_not_after": "2026-05-30T12:00:00Z",
                     *           "deadline": "2026-05-30T12:00:00Z",
                     *           "environment": "production",
                     *           "issuer_id": "iss-local",
                     *           "job_id": "job-01m88d75d92xa7ps7zmy69qh31",
                     *           "key_algorithm": "ecdsa-p256",
                     *           "kind": "Issuance",
                     *           "lifetime_seconds": 7776000,
                     *           "names": [
                     *             "web.example.internal"
                     *           ],
                     *           "own": true,
                     *           "owner_id": "o-web-team",
                     *           "profile_id": "prof-default",
                     *           "reason": "The host was replaced",
                     *           "requested_by": {
                     *             "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *             "kind": "api_key"
                     *           },
                     *           "requested_by_name": "text",
                     *           "team_id": "t-web",
                     *           "waiting_since": "2026-03-01T12:00:00Z"
                     *         }
                     *       ],
                     *       "next_cursor": "bWMtd2ViCg",
                     *       "total": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Page_WaitingApproval"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    audit_list: {
        parameters: {
            query?: {
                /** @description What, such as `certificate.create`. */
                action?: string;
                /** @description Who: an id, or the name of a task of the control plane. */
                actor?: string;
                /**
                 * @description By one of these kinds of actor, with commas between: `api_key`, `user`, `agent`, `system`, `local`, `anonymous`.
                 * @example user,api_key
                 */
                actor_kind?: string;
                /** @description `next_cursor` of the page before, or an anchor. */
                cursor?: string;
                /** @description The number of items, 1 to 500; 50 when absent. */
                limit?: number;
                /** @description On which object: an id. */
                object?: string;
                /** @description How it ended. */
                outcome?: components["schemas"]["Outcome"];
                /** @description With this text in its summary or its facts, or with exactly this id as object, actor or request. */
                q?: string;
                /** @description At this time or later. */
                since?: components["schemas"]["Time"];
                /**
                 * @description By a request from this address.
                 * @example 192.0.2.7
                 */
                source_address?: string | unknown | unknown;
                /** @description Whether to count all that match. */
                total?: boolean;
                /** @description Before this time. */
                until?: components["schemas"]["Time"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "action": "certificate.create",
                     *           "actor": {
                     *             "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *             "kind": "api_key"
                     *           },
                     *           "actor_name": "text",
                     *           "at": "2026-03-01T12:00:00Z",
                     *           "details": {},
                     *           "id": "ae-01m88d75d92xa7ps7zmy69qh31",
                     *           "object_id": "text",
                     *           "object_kind": "text",
                     *           "outcome": "success",
                     *           "request_id": "req-3q2-7wkAAQIDBAUG",
                     *           "seq": 1,
                     *           "source_address": "text",
                     *           "summary": "text"
                     *         }
                     *       ],
                     *       "next_cursor": "bWMtd2ViCg",
                     *       "total": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Page_AuditEvent"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    audit_show: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example ae-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["AuditEventId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "action": "certificate.create",
                     *       "actor": {
                     *         "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *         "kind": "api_key"
                     *       },
                     *       "actor_name": "text",
                     *       "at": "2026-03-01T12:00:00Z",
                     *       "details": {},
                     *       "id": "ae-01m88d75d92xa7ps7zmy69qh31",
                     *       "object_id": "text",
                     *       "object_kind": "text",
                     *       "outcome": "success",
                     *       "request_id": "req-3q2-7wkAAQIDBAUG",
                     *       "seq": 1,
                     *       "source_address": "text",
                     *       "summary": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["AuditEvent"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    audit_anchors: {
        parameters: {
            query?: {
                /** @description What, such as `certificate.create`. */
                action?: string;
                /** @description Who: an id, or the name of a task of the control plane. */
                actor?: string;
                /**
                 * @description By one of these kinds of actor, with commas between: `api_key`, `user`, `agent`, `system`, `local`, `anonymous`.
                 * @example user,api_key
                 */
                actor_kind?: string;
                /** @description On which object: an id. */
                object?: string;
                /** @description How it ended. */
                outcome?: components["schemas"]["Outcome"];
                /** @description With this text in its summary or its facts, or with exactly this id as object, actor or request. */
                q?: string;
                /** @description At this time or later. */
                since?: components["schemas"]["Time"];
                /**
                 * @description By a request from this address.
                 * @example 192.0.2.7
                 */
                source_address?: string | unknown | unknown;
                /** @description Before this time. */
                until?: components["schemas"]["Time"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "anchors": [
                     *         "text"
                     *       ],
                     *       "approximate": true,
                     *       "as_of": "2026-03-01T12:00:00Z",
                     *       "every": 1,
                     *       "total": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Anchors"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    audit_export: {
        parameters: {
            query?: {
                /** @description What, such as `certificate.create`. */
                action?: string;
                /** @description Who: an id, or the name of a task of the control plane. */
                actor?: string;
                /**
                 * @description By one of these kinds of actor, with commas between: `api_key`, `user`, `agent`, `system`, `local`, `anonymous`.
                 * @example user,api_key
                 */
                actor_kind?: string;
                /** @description Only these columns, by their names, with commas between; all when absent. */
                columns?: string;
                /** @description The form; `csv` when absent. `jsonl` is another word for `ndjson`. */
                format?: components["schemas"]["ExportFormat"];
                /** @description On which object: an id. */
                object?: string;
                /** @description How it ended. */
                outcome?: components["schemas"]["Outcome"];
                /** @description With this text in its summary or its facts, or with exactly this id as object, actor or request. */
                q?: string;
                /** @description At this time or later. */
                since?: components["schemas"]["Time"];
                /**
                 * @description By a request from this address.
                 * @example 192.0.2.7
                 */
                source_address?: string | unknown | unknown;
                /** @description Before this time. */
                until?: components["schemas"]["Time"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "count": 1,
                     *       "export": {
                     *         "columns": [
                     *           "text"
                     *         ],
                     *         "exported_at": "2026-03-01T12:00:00Z",
                     *         "exported_by": {
                     *           "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *           "kind": "api_key"
                     *         },
                     *         "filter": {},
                     *         "matching": 1,
                     *         "noun": "text",
                     *         "request_id": "req-3q2-7wkAAQIDBAUG"
                     *       },
                     *       "items": [
                     *         {}
                     *       ],
                     *       "seals": [
                     *         {}
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Exported"];
                    /** @example text */
                    "application/x-ndjson": string;
                    /** @example text */
                    "text/csv": string;
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    audit_facets: {
        parameters: {
            query?: {
                /** @description What, such as `certificate.create`. */
                action?: string;
                /** @description Who: an id, or the name of a task of the control plane. */
                actor?: string;
                /**
                 * @description By one of these kinds of actor, with commas between: `api_key`, `user`, `agent`, `system`, `local`, `anonymous`.
                 * @example user,api_key
                 */
                actor_kind?: string;
                /** @description On which object: an id. */
                object?: string;
                /** @description How it ended. */
                outcome?: components["schemas"]["Outcome"];
                /** @description With this text in its summary or its facts, or with exactly this id as object, actor or request. */
                q?: string;
                /** @description At this time or later. */
                since?: components["schemas"]["Time"];
                /**
                 * @description By a request from this address.
                 * @example 192.0.2.7
                 */
                source_address?: string | unknown | unknown;
                /** @description Before this time. */
                until?: components["schemas"]["Time"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "approximate": true,
                     *       "as_of": "2026-03-01T12:00:00Z",
                     *       "facets": [
                     *         {
                     *           "facet": "status",
                     *           "other_count": 1,
                     *           "other_values": 1,
                     *           "values": [
                     *             {
                     *               "count": 1,
                     *               "value": "none"
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "total": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Facets"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    audit_histogram: {
        parameters: {
            query?: {
                /** @description What, such as `certificate.create`. */
                action?: string;
                /** @description Who: an id, or the name of a task of the control plane. */
                actor?: string;
                /**
                 * @description By one of these kinds of actor, with commas between: `api_key`, `user`, `agent`, `system`, `local`, `anonymous`.
                 * @example user,api_key
                 */
                actor_kind?: string;
                /** @description On which object: an id. */
                object?: string;
                /** @description How it ended. */
                outcome?: components["schemas"]["Outcome"];
                /** @description With this text in its summary or its facts, or with exactly this id as object, actor or request. */
                q?: string;
                /** @description At this time or later. */
                since?: components["schemas"]["Time"];
                /**
                 * @description By a request from this address.
                 * @example 192.0.2.7
                 */
                source_address?: string | unknown | unknown;
                /** @description Before this time. */
                until?: components["schemas"]["Time"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "approximate": true,
                     *       "as_of": "2026-03-01T12:00:00Z",
                     *       "from": "2026-03-01T12:00:00Z",
                     *       "step_seconds": 1,
                     *       "steps": [
                     *         {
                     *           "at": "2026-03-01T12:00:00Z",
                     *           "denied": 1,
                     *           "failure": 1,
                     *           "success": 1
                     *         }
                     *       ],
                     *       "total": 1,
                     *       "until": "2026-05-30T12:00:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["AuditHistogram"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    audit_verify: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "batches": 1,
                     *       "events": 1,
                     *       "findings": [],
                     *       "ok": true,
                     *       "public_key": "text",
                     *       "unsealed": 1
                     *     }
                     */
                    "application/json": components["schemas"]["AuditVerification"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    auth_check: {
        parameters: {
            query?: {
                /** @description A permission: `missing` names it when the caller does not have it. */
                permission?: components["schemas"]["Permission"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "actor": {
                     *         "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *         "kind": "api_key"
                     *       },
                     *       "missing": "certificates.read",
                     *       "name": "Web",
                     *       "permissions": [
                     *         "certificates.read"
                     *       ],
                     *       "role": "admin",
                     *       "scope": {
                     *         "environments": [
                     *           "text"
                     *         ],
                     *         "team_ids": [
                     *           "t-web"
                     *         ]
                     *       },
                     *       "server_time": "2026-03-01T12:00:00Z",
                     *       "session": {
                     *         "expires_at": "2026-05-30T12:00:00Z",
                     *         "id": "ses-01m88d75d92xa7ps7zmy69qh31"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["AuthCheck"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    auth_info: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "auth_type": "api-key",
                     *       "setup_open": true
                     *     }
                     */
                    "application/json": components["schemas"]["AuthInfo"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    auth_sign_in: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "password": "lamp river otter",
                 *       "username": "alice"
                 *     }
                 */
                "application/json": components["schemas"]["LoginRequest"];
            };
        };
        responses: {
            /** @description It was done; as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "actor": {
                     *         "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *         "kind": "api_key"
                     *       },
                     *       "missing": "certificates.read",
                     *       "name": "Web",
                     *       "permissions": [
                     *         "certificates.read"
                     *       ],
                     *       "role": "admin",
                     *       "scope": {
                     *         "environments": [
                     *           "text"
                     *         ],
                     *         "team_ids": [
                     *           "t-web"
                     *         ]
                     *       },
                     *       "server_time": "2026-03-01T12:00:00Z",
                     *       "session": {
                     *         "expires_at": "2026-05-30T12:00:00Z",
                     *         "id": "ses-01m88d75d92xa7ps7zmy69qh31"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["AuthCheck"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    auth_sign_out: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It was done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    auth_set_up: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "token": "cs_EXAMPLE",
                 *       "user": {
                 *         "password": "lamp river otter",
                 *         "username": "alice"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["SetupRequest"];
            };
        };
        responses: {
            /** @description It was made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "api_key": {
                     *         "created_at": "2026-03-01T12:00:00Z",
                     *         "expires_at": "2026-05-30T12:00:00Z",
                     *         "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *         "last_used_at": "2026-03-01T12:00:00Z",
                     *         "name": "Web",
                     *         "prefix": "text",
                     *         "previous_secret_until": "2026-05-30T12:00:00Z",
                     *         "revision": 1,
                     *         "revoked_at": "2026-03-01T12:00:00Z",
                     *         "role": "admin",
                     *         "scope": {
                     *           "environments": [
                     *             "text"
                     *           ],
                     *           "team_ids": [
                     *             "t-web"
                     *           ]
                     *         }
                     *       },
                     *       "secret": "ck_EXAMPLE0000000000000000000000000000000000000",
                     *       "user": {
                     *         "created_at": "2026-03-01T12:00:00Z",
                     *         "disabled": true,
                     *         "disabled_at": "2026-03-01T12:00:00Z",
                     *         "email": "web@example.org",
                     *         "id": "u-01m88d75d92xa7ps7zmy69qh31",
                     *         "last_sign_in_at": "2026-03-01T12:00:00Z",
                     *         "name": "Web",
                     *         "password_changed_at": "2026-03-01T12:00:00Z",
                     *         "revision": 1,
                     *         "role": "admin",
                     *         "scope": {
                     *           "environments": [
                     *             "text"
                     *           ],
                     *           "team_ids": [
                     *             "t-web"
                     *           ]
                     *         },
                     *         "updated_at": "2026-03-01T12:00:00Z",
                     *         "username": "alice"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["SetupDone"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cas_list: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Only those that sign, or have signed, for this issuer. */
                issuer_id?: components["schemas"]["IssuerId"];
                /** @description The number of items, 1 to 500; 50 when absent. */
                limit?: number;
                /** @description Only roots, or only issuing CAs. */
                role?: components["schemas"]["CaRole"];
                /** @description Only those in this state. */
                state?: components["schemas"]["CaState"];
                /** @description Whether to count all items, not only those of the page. */
                total?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "chain_pem": "-----BEGIN CERTIFICATE-----\nMIIB...\n-----END CERTIFICATE-----\n",
                     *           "created_at": "2026-03-01T12:00:00Z",
                     *           "cross_certificates": [
                     *             {
                     *               "fingerprint_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *               "not_after": "2026-05-30T12:00:00Z",
                     *               "not_before": "2026-03-01T12:00:00Z",
                     *               "pem": "-----BEGIN CERTIFICATE-----\nMIIB...\n-----END CERTIFICATE-----\n",
                     *               "signed_by": "ca-01m88d75d92xa7ps7zmy69qh31"
                     *             }
                     *           ],
                     *           "excluded_names": [],
                     *           "fingerprint_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *           "generation": 1,
                     *           "has_key": true,
                     *           "id": "ca-01m88d75d92xa7ps7zmy69qh31",
                     *           "issuer_id": "iss-local",
                     *           "key_algorithm": "ecdsa-p256",
                     *           "live_certificates": 1,
                     *           "not_after": "2026-05-30T12:00:00Z",
                     *           "not_before": "2026-03-01T12:00:00Z",
                     *           "parent_id": "ca-01m88d75d92xa7ps7zmy69qh31",
                     *           "path_length": 1,
                     *           "pem": "-----BEGIN CERTIFICATE-----\nMIIB...\n-----END CERTIFICATE-----\n",
                     *           "permitted_names": [
                     *             "example.internal",
                     *             "10.0.0.0/8"
                     *           ],
                     *           "replaced_at": "2026-03-01T12:00:00Z",
                     *           "replaced_by": "ca-01m88d75d92xa7ps7zmy69qh31",
                     *           "retired_at": "2026-03-01T12:00:00Z",
                     *           "revision": 1,
                     *           "revocation_lists": {
                     *             "crl_urls": [
                     *               "text"
                     *             ],
                     *             "due_at": "2026-03-01T12:00:00Z",
                     *             "entries": 1,
                     *             "last_error": "text",
                     *             "next_update": "2026-03-01T12:00:00Z",
                     *             "ocsp_url": "text",
                     *             "this_update": "2026-03-01T12:00:00Z",
                     *             "waiting": 1
                     *           },
                     *           "role": "root",
                     *           "serial": "3f9a01c27be44d10",
                     *           "state": "active",
                     *           "subject": "CN=Main Issuing",
                     *           "subject_key_id": "5c1f0b7e21d94a6f8e30c2b7a9d4e6f105b8c3d2"
                     *         }
                     *       ],
                     *       "next_cursor": "bWMtd2ViCg",
                     *       "total": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Page_Ca"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cas_show: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example ca-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["CAId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "chain_pem": "-----BEGIN CERTIFICATE-----\nMIIB...\n-----END CERTIFICATE-----\n",
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "cross_certificates": [
                     *         {
                     *           "fingerprint_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *           "not_after": "2026-05-30T12:00:00Z",
                     *           "not_before": "2026-03-01T12:00:00Z",
                     *           "pem": "-----BEGIN CERTIFICATE-----\nMIIB...\n-----END CERTIFICATE-----\n",
                     *           "signed_by": "ca-01m88d75d92xa7ps7zmy69qh31"
                     *         }
                     *       ],
                     *       "excluded_names": [],
                     *       "fingerprint_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "generation": 1,
                     *       "has_key": true,
                     *       "id": "ca-01m88d75d92xa7ps7zmy69qh31",
                     *       "issuer_id": "iss-local",
                     *       "key_algorithm": "ecdsa-p256",
                     *       "live_certificates": 1,
                     *       "not_after": "2026-05-30T12:00:00Z",
                     *       "not_before": "2026-03-01T12:00:00Z",
                     *       "parent_id": "ca-01m88d75d92xa7ps7zmy69qh31",
                     *       "path_length": 1,
                     *       "pem": "-----BEGIN CERTIFICATE-----\nMIIB...\n-----END CERTIFICATE-----\n",
                     *       "permitted_names": [
                     *         "example.internal",
                     *         "10.0.0.0/8"
                     *       ],
                     *       "replaced_at": "2026-03-01T12:00:00Z",
                     *       "replaced_by": "ca-01m88d75d92xa7ps7zmy69qh31",
                     *       "retired_at": "2026-03-01T12:00:00Z",
                     *       "revision": 1,
                     *       "revocation_lists": {
                     *         "crl_urls": [
                     *           "text"
                     *         ],
                     *         "due_at": "2026-03-01T12:00:00Z",
                     *         "entries": 1,
                     *         "last_error": "text",
                     *         "next_update": "2026-03-01T12:00:00Z",
                     *         "ocsp_url": "text",
                     *         "this_update": "2026-03-01T12:00:00Z",
                     *         "waiting": 1
                     *       },
                     *       "role": "root",
                     *       "serial": "3f9a01c27be44d10",
                     *       "state": "active",
                     *       "subject": "CN=Main Issuing",
                     *       "subject_key_id": "5c1f0b7e21d94a6f8e30c2b7a9d4e6f105b8c3d2"
                     *     }
                     */
                    "application/json": components["schemas"]["Ca"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cas_replace_root: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example ca-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["CAId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "key_algorithm": "ecdsa-p384",
                 *       "lifetime_days": 3650
                 *     }
                 */
                "application/json": components["schemas"]["ReplaceRoot"];
            };
        };
        responses: {
            /** @description The new root */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "chain_pem": "-----BEGIN CERTIFICATE-----\nMIIB...\n-----END CERTIFICATE-----\n",
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "cross_certificates": [
                     *         {
                     *           "fingerprint_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *           "not_after": "2026-05-30T12:00:00Z",
                     *           "not_before": "2026-03-01T12:00:00Z",
                     *           "pem": "-----BEGIN CERTIFICATE-----\nMIIB...\n-----END CERTIFICATE-----\n",
                     *           "signed_by": "ca-01m88d75d92xa7ps7zmy69qh31"
                     *         }
                     *       ],
                     *       "excluded_names": [],
                     *       "fingerprint_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "generation": 1,
                     *       "has_key": true,
                     *       "id": "ca-01m88d75d92xa7ps7zmy69qh31",
                     *       "issuer_id": "iss-local",
                     *       "key_algorithm": "ecdsa-p256",
                     *       "live_certificates": 1,
                     *       "not_after": "2026-05-30T12:00:00Z",
                     *       "not_before": "2026-03-01T12:00:00Z",
                     *       "parent_id": "ca-01m88d75d92xa7ps7zmy69qh31",
                     *       "path_length": 1,
                     *       "pem": "-----BEGIN CERTIFICATE-----\nMIIB...\n-----END CERTIFICATE-----\n",
                     *       "permitted_names": [
                     *         "example.internal",
                     *         "10.0.0.0/8"
                     *       ],
                     *       "replaced_at": "2026-03-01T12:00:00Z",
                     *       "replaced_by": "ca-01m88d75d92xa7ps7zmy69qh31",
                     *       "retired_at": "2026-03-01T12:00:00Z",
                     *       "revision": 1,
                     *       "revocation_lists": {
                     *         "crl_urls": [
                     *           "text"
                     *         ],
                     *         "due_at": "2026-03-01T12:00:00Z",
                     *         "entries": 1,
                     *         "last_error": "text",
                     *         "next_update": "2026-03-01T12:00:00Z",
                     *         "ocsp_url": "text",
                     *         "this_update": "2026-03-01T12:00:00Z",
                     *         "waiting": 1
                     *       },
                     *       "role": "root",
                     *       "serial": "3f9a01c27be44d10",
                     *       "state": "active",
                     *       "subject": "CN=Main Issuing",
                     *       "subject_key_id": "5c1f0b7e21d94a6f8e30c2b7a9d4e6f105b8c3d2"
                     *     }
                     */
                    "application/json": components["schemas"]["Ca"];
                };
            };
            /** @description A second person has to confirm it first */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "action": "bulk_revoke",
                     *       "asked_at": "2026-03-01T12:00:00Z",
                     *       "asked_by": {
                     *         "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *         "kind": "api_key"
                     *       },
                     *       "asked_by_name": "text",
                     *       "consequences": [
                     *         "They are revoked at once: what serves them is refused by clients until it has another certificate.",
                     *         "A revocation cannot be taken back."
                     *       ],
                     *       "decided_at": "2026-03-01T12:00:00Z",
                     *       "decided_by": {
                     *         "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *         "kind": "api_key"
                     *       },
                     *       "decided_by_name": "text",
                     *       "ended_at": "2026-03-01T12:00:00Z",
                     *       "error": "text",
                     *       "expires_at": "2026-05-30T12:00:00Z",
                     *       "id": "cf-01m88d75d92xa7ps7zmy69qh31",
                     *       "object_id": "op-01m88d75d92xa7ps7zmy69qh31",
                     *       "object_kind": "operation",
                     *       "own": true,
                     *       "params": {},
                     *       "reason": "The host was replaced",
                     *       "result": "/api/v1/operations/op-01m88d75d92xa7ps7zmy69qh31",
                     *       "revision": 1,
                     *       "state": "waiting",
                     *       "summary": "Revoke 812 certificates (key compromise)"
                     *     }
                     */
                    "application/json": components["schemas"]["Confirmation"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    certificates_list: {
        parameters: {
            query?: {
                /** @description Only those whose keys these agents hold; `none` for those that no agent holds. */
                agent_id?: string;
                /** @description Only those that are archived (`true`), or that are not. */
                archived?: boolean;
                /** @description Only those in one of these conditions, `-` before one for the others: `failing,expired`, `-healthy`. */
                condition?: string;
                /** @description Only those that were made in this range, written as `expires`: `-7d..` for the last 7 days. */
                created?: string;
                /** @description `next_cursor` of the page before, or an anchor; of the same order. */
                cursor?: string;
                /**
                 * @description Only those of these environments, such as `production,staging`; `none`, `-production`, `-none` as elsewhere. A
                 *     comma in a name, or a `-` or `none` that is the name, has a `\` before it.
                 */
                environment?: string;
                /**
                 * @description Only those whose earliest end is in this range: `..30d` (in 30 days at the latest), `-7d..` (7 days ago at the
                 *     earliest), `2027-01-01T00:00:00Z..2027-02-01T00:00:00Z`. The first end belongs to the range, the last does not.
                 */
                expires?: string;
                /** @description Only those whose earliest end is after this time. */
                expires_after?: components["schemas"]["Time"];
                /** @description Only those whose earliest end is before this time. */
                expires_before?: components["schemas"]["Time"];
                /** @description Only those of these issuers; `-` before an id for the others. */
                issuer_id?: string;
                /** @description Only those with these key algorithms, such as `ecdsa-p256`; `-` before one for the others. */
                key_algorithm?: string;
                /** @description Only those with this share of their lifetime left: `..20%`, `50%..75%`. */
                life?: string;
                /** @description Only those whose current versions are valid for so long in all: `..10d`, `90d..`. */
                lifetime?: string;
                /**
                 * @description The number of items, 1 to 500; 50 when absent. A page can hold fewer, even none, and still have a `next_cursor`:
                 *     when what matches lies far apart.
                 */
                limit?: number;
                /** @description Only those that all, some or none of their targets were seen serving: `none,some`, `-all`, `no_targets`. */
                live?: string;
                /** @description Only those of these owners; `none` for those without one, `-` before an id or `none` for the others. */
                owner_id?: string;
                /** @description Only those that follow these renewal policies; `-` before an id for the others. */
                policy_id?: string;
                /** @description Only those of these profiles; `-` before an id for the others. */
                profile_id?: string;
                /**
                 * @description Only those whose name, or one of whose names, holds this text (of one or two letters: whose name begins with it);
                 *     or the one with this whole serial or SHA-256 fingerprint.
                 */
                q?: string;
                /** @description Only those whose earliest renewal is in this range, written as `expires`. */
                renews?: string;
                /** @description Only those whose earliest renewal is before this time. */
                renews_before?: components["schemas"]["Time"];
                /**
                 * @description The order: `name`, `expires`, `renews`, `created`, `updated` or `attention` (what is most pressing first), with a
                 *     `-` before it for the other way round; `created` when absent.
                 */
                sort?: string;
                /**
                 * @description Only those with one of these statuses, `-` before a status for those without it: `Expiring,Expired`, `-Active`.
                 *     `Archived` stands alone; without it, those that are archived are not in the list.
                 */
                status?: string;
                /** @description Only those with one of these tags; `-` before a tag for those without it, `none` for those without any. */
                tag?: string;
                /** @description Only those that are deployed to these targets; `none` for those that are deployed nowhere. */
                target_id?: string;
                /** @description Only those of these teams; `none` for those without one, `-` before an id or `none` for the others. */
                team_id?: string;
                /** @description Whether to count all that match. A count of very many may be some seconds old; of when it is, anchors and facets say. */
                total?: boolean;
                /** @description Only those that were last changed in this range, written as `expires`. */
                updated?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "alerts": {
                     *             "critical": 1,
                     *             "open": 1
                     *           },
                     *           "archived_at": "2026-03-01T12:00:00Z",
                     *           "common_name": "web.example.internal",
                     *           "condition": "revoked",
                     *           "created_at": "2026-03-01T12:00:00Z",
                     *           "environment": "production",
                     *           "failed_attempts": 1,
                     *           "health": {
                     *             "parts": [
                     *               {
                     *                 "of": 1,
                     *                 "part": "time",
                     *                 "points": 1,
                     *                 "reason": "good"
                     *               }
                     *             ],
                     *             "score": 1
                     *           },
                     *           "holders": [
                     *             {
                     *               "agent_id": "ag-web-1",
                     *               "current_version_id": "cv-01m88d75d92xa7ps7zmy69qh31",
                     *               "not_after": "2026-05-30T12:00:00Z",
                     *               "renew_after": "2026-03-01T12:00:00Z"
                     *             }
                     *           ],
                     *           "id": "mc-web",
                     *           "issuer_id": "iss-local",
                     *           "key_algorithm": "ecdsa-p256",
                     *           "key_strategy": "per_host",
                     *           "last_error": "text",
                     *           "lifetime_seconds": 7776000,
                     *           "live": {
                     *             "live": 1,
                     *             "targets": 1,
                     *             "unverified_since": "2026-03-01T12:00:00Z"
                     *           },
                     *           "name": "Web",
                     *           "names": [
                     *             "web.example.internal"
                     *           ],
                     *           "not_after": "2026-05-30T12:00:00Z",
                     *           "open_job_ids": [
                     *             "job-01m88d75d92xa7ps7zmy69qh31"
                     *           ],
                     *           "owner_id": "o-web-team",
                     *           "policy_override": {
                     *             "alert_thresholds_days": [
                     *               30,
                     *               14,
                     *               7,
                     *               0
                     *             ],
                     *             "alert_thresholds_percent": [
                     *               20
                     *             ],
                     *             "point": {
                     *               "percent": 10
                     *             }
                     *           },
                     *           "profile_id": "prof-default",
                     *           "renew_after": "2026-03-01T12:00:00Z",
                     *           "renewal_policy_id": "rp-default",
                     *           "revision": 1,
                     *           "status": "Pending",
                     *           "tags": [
                     *             "web"
                     *           ],
                     *           "target_ids": [
                     *             "tgt-web-files"
                     *           ],
                     *           "team_id": "t-web",
                     *           "updated_at": "2026-03-01T12:00:00Z",
                     *           "why": "text"
                     *         }
                     *       ],
                     *       "next_cursor": "bWMtd2ViCg",
                     *       "total": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Page_Certificate"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    certificates_create: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "csr_pem": "-----BEGIN CERTIFICATE REQUEST-----\nMIIBDDCBswIBADAfMR0wGwYDVQQDDBR3ZWIuZXhhbXBsZS5pbnRlcm5hbDBZMBMG\nByqGSM49AgEGCCqGSM49AwEHA0IABJvJ/xcji9JICXCQAQewXBQxLFMKFbkf7KLI\n8TpgmCPEc8D8mCfwanGgt2BO4zAzOPznYNGCJ3sNIxbCweP6IdKgMjAwBgkqhkiG\n9w0BCQ4xIzAhMB8GA1UdEQQYMBaCFHdlYi5leGFtcGxlLmludGVybmFsMAoGCCqG\nSM49BAMCA0gAMEUCIBpb7SrgiTX7fS+25ERK/VKpXkk41Gqb/mHSJ/JAP8tzAiEA\n6BEiJebQ0C5hR3srfRVVT+4n0jYQhgMuMwBlY78aF6Y=\n-----END CERTIFICATE REQUEST-----\n",
                 *       "environment": "production",
                 *       "key_strategy": "external",
                 *       "names": [
                 *         "web.example.internal"
                 *       ],
                 *       "tags": [
                 *         "web"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["CreateCertificate"];
            };
        };
        responses: {
            /** @description It was made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "certificate": {
                     *         "alerts": {
                     *           "critical": 1,
                     *           "open": 1
                     *         },
                     *         "archived_at": "2026-03-01T12:00:00Z",
                     *         "common_name": "web.example.internal",
                     *         "condition": "revoked",
                     *         "created_at": "2026-03-01T12:00:00Z",
                     *         "environment": "production",
                     *         "failed_attempts": 1,
                     *         "health": {
                     *           "parts": [
                     *             {
                     *               "of": 1,
                     *               "part": "time",
                     *               "points": 1,
                     *               "reason": "good"
                     *             }
                     *           ],
                     *           "score": 1
                     *         },
                     *         "holders": [
                     *           {
                     *             "agent_id": "ag-web-1",
                     *             "current_version_id": "cv-01m88d75d92xa7ps7zmy69qh31",
                     *             "not_after": "2026-05-30T12:00:00Z",
                     *             "renew_after": "2026-03-01T12:00:00Z"
                     *           }
                     *         ],
                     *         "id": "mc-web",
                     *         "issuer_id": "iss-local",
                     *         "key_algorithm": "ecdsa-p256",
                     *         "key_strategy": "per_host",
                     *         "last_error": "text",
                     *         "lifetime_seconds": 7776000,
                     *         "live": {
                     *           "live": 1,
                     *           "targets": 1,
                     *           "unverified_since": "2026-03-01T12:00:00Z"
                     *         },
                     *         "name": "Web",
                     *         "names": [
                     *           "web.example.internal"
                     *         ],
                     *         "not_after": "2026-05-30T12:00:00Z",
                     *         "open_job_ids": [
                     *           "job-01m88d75d92xa7ps7zmy69qh31"
                     *         ],
                     *         "owner_id": "o-web-team",
                     *         "policy_override": {
                     *           "alert_thresholds_days": [
                     *             30,
                     *             14,
                     *             7,
                     *             0
                     *           ],
                     *           "alert_thresholds_percent": [
                     *             20
                     *           ],
                     *           "point": {
                     *             "percent": 10
                     *           }
                     *         },
                     *         "profile_id": "prof-default",
                     *         "renew_after": "2026-03-01T12:00:00Z",
                     *         "renewal_policy_id": "rp-default",
                     *         "revision": 1,
                     *         "status": "Pending",
                     *         "tags": [
                     *           "web"
                     *         ],
                     *         "target_ids": [
                     *           "tgt-web-files"
                     *         ],
                     *         "team_id": "t-web",
                     *         "updated_at": "2026-03-01T12:00:00Z",
                     *         "why": "text"
                     *       },
                     *       "jobs": [
                     *         {
                     *           "agent_id": "ag-web-1",
                     *           "agent_name": "text",
                     *           "approval_because": "text",
                     *           "attempts": 1,
                     *           "cause_code": "cancelled",
                     *           "certificate_id": "mc-web",
                     *           "certificate_name": "text",
                     *           "created_at": "2026-03-01T12:00:00Z",
                     *           "deadline": "2026-05-30T12:00:00Z",
                     *           "deployment_id": "dep-01m88d75d92xa7ps7zmy69qh31",
                     *           "error": "text",
                     *           "finished_at": "2026-03-01T12:00:00Z",
                     *           "held_because": "text",
                     *           "id": "job-01m88d75d92xa7ps7zmy69qh31",
                     *           "kind": "Issuance",
                     *           "max_attempts": 1,
                     *           "reason": "The host was replaced",
                     *           "request_id": "req-3q2-7wkAAQIDBAUG",
                     *           "requested_by": {
                     *             "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *             "kind": "api_key"
                     *           },
                     *           "requested_by_name": "text",
                     *           "run_after": "2026-03-01T12:00:00Z",
                     *           "state": "Pending",
                     *           "target_id": "tgt-web-files",
                     *           "target_name": "text",
                     *           "trace_id": "text",
                     *           "updated_at": "2026-03-01T12:00:00Z",
                     *           "version_id": "cv-01m88d75d92xa7ps7zmy69qh31"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["CertificateCreated"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    certificates_show: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example mc-web
                 */
                id: components["schemas"]["CertificateId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "alerts": {
                     *         "critical": 1,
                     *         "open": 1
                     *       },
                     *       "archived_at": "2026-03-01T12:00:00Z",
                     *       "common_name": "web.example.internal",
                     *       "condition": "revoked",
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "environment": "production",
                     *       "failed_attempts": 1,
                     *       "health": {
                     *         "parts": [
                     *           {
                     *             "of": 1,
                     *             "part": "time",
                     *             "points": 1,
                     *             "reason": "good"
                     *           }
                     *         ],
                     *         "score": 1
                     *       },
                     *       "holders": [
                     *         {
                     *           "agent_id": "ag-web-1",
                     *           "current_version_id": "cv-01m88d75d92xa7ps7zmy69qh31",
                     *           "not_after": "2026-05-30T12:00:00Z",
                     *           "renew_after": "2026-03-01T12:00:00Z"
                     *         }
                     *       ],
                     *       "id": "mc-web",
                     *       "issuer_id": "iss-local",
                     *       "key_algorithm": "ecdsa-p256",
                     *       "key_strategy": "per_host",
                     *       "last_error": "text",
                     *       "lifetime_seconds": 7776000,
                     *       "live": {
                     *         "live": 1,
                     *         "targets": 1,
                     *         "unverified_since": "2026-03-01T12:00:00Z"
                     *       },
                     *       "name": "Web",
                     *       "names": [
                     *         "web.example.internal"
                     *       ],
                     *       "not_after": "2026-05-30T12:00:00Z",
                     *       "open_job_ids": [
                     *         "job-01m88d75d92xa7ps7zmy69qh31"
                     *       ],
                     *       "owner_id": "o-web-team",
                     *       "policy_override": {
                     *         "alert_thresholds_days": [
                     *           30,
                     *           14,
                     *           7,
                     *           0
                     *         ],
                     *         "alert_thresholds_percent": [
                     *           20
                     *         ],
                     *         "point": {
                     *           "percent": 10
                     *         }
                     *       },
                     *       "profile_id": "prof-default",
                     *       "renew_after": "2026-03-01T12:00:00Z",
                     *       "renewal_policy_id": "rp-default",
                     *       "revision": 1,
                     *       "status": "Pending",
                     *       "tags": [
                     *         "web"
                     *       ],
                     *       "target_ids": [
                     *         "tgt-web-files"
                     *       ],
                     *       "team_id": "t-web",
                     *       "updated_at": "2026-03-01T12:00:00Z",
                     *       "why": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["Certificate"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    certificates_archive: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the revision that the change is made for; any when absent
                 * @example "3"
                 */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example mc-web
                 */
                id: components["schemas"]["CertificateId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It was done; as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "alerts": {
                     *         "critical": 1,
                     *         "open": 1
                     *       },
                     *       "archived_at": "2026-03-01T12:00:00Z",
                     *       "common_name": "web.example.internal",
                     *       "condition": "revoked",
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "environment": "production",
                     *       "failed_attempts": 1,
                     *       "health": {
                     *         "parts": [
                     *           {
                     *             "of": 1,
                     *             "part": "time",
                     *             "points": 1,
                     *             "reason": "good"
                     *           }
                     *         ],
                     *         "score": 1
                     *       },
                     *       "holders": [
                     *         {
                     *           "agent_id": "ag-web-1",
                     *           "current_version_id": "cv-01m88d75d92xa7ps7zmy69qh31",
                     *           "not_after": "2026-05-30T12:00:00Z",
                     *           "renew_after": "2026-03-01T12:00:00Z"
                     *         }
                     *       ],
                     *       "id": "mc-web",
                     *       "issuer_id": "iss-local",
                     *       "key_algorithm": "ecdsa-p256",
                     *       "key_strategy": "per_host",
                     *       "last_error": "text",
                     *       "lifetime_seconds": 7776000,
                     *       "live": {
                     *         "live": 1,
                     *         "targets": 1,
                     *         "unverified_since": "2026-03-01T12:00:00Z"
                     *       },
                     *       "name": "Web",
                     *       "names": [
                     *         "web.example.internal"
                     *       ],
                     *       "not_after": "2026-05-30T12:00:00Z",
                     *       "open_job_ids": [
                     *         "job-01m88d75d92xa7ps7zmy69qh31"
                     *       ],
                     *       "owner_id": "o-web-team",
                     *       "policy_override": {
                     *         "alert_thresholds_days": [
                     *           30,
                     *           14,
                     *           7,
                     *           0
                     *         ],
                     *         "alert_thresholds_percent": [
                     *           20
                     *         ],
                     *         "point": {
                     *           "percent": 10
                     *         }
                     *       },
                     *       "profile_id": "prof-default",
                     *       "renew_after": "2026-03-01T12:00:00Z",
                     *       "renewal_policy_id": "rp-default",
                     *       "revision": 1,
                     *       "status": "Pending",
                     *       "tags": [
                     *         "web"
                     *       ],
                     *       "target_ids": [
                     *         "tgt-web-files"
                     *       ],
                     *       "team_id": "t-web",
                     *       "updated_at": "2026-03-01T12:00:00Z",
                     *       "why": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["Certificate"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    certificates_update: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the revision that the change is made for; any when absent
                 * @example "3"
                 */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example mc-web
                 */
                id: components["schemas"]["CertificateId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "environment": "production",
                 *       "name": "Web",
                 *       "tags": [
                 *         "web"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["UpdateCertificate"];
            };
        };
        responses: {
            /** @description It was done; as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "alerts": {
                     *         "critical": 1,
                     *         "open": 1
                     *       },
                     *       "archived_at": "2026-03-01T12:00:00Z",
                     *       "common_name": "web.example.internal",
                     *       "condition": "revoked",
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "environment": "production",
                     *       "failed_attempts": 1,
                     *       "health": {
                     *         "parts": [
                     *           {
                     *             "of": 1,
                     *             "part": "time",
                     *             "points": 1,
                     *             "reason": "good"
                     *           }
                     *         ],
                     *         "score": 1
                     *       },
                     *       "holders": [
                     *         {
                     *           "agent_id": "ag-web-1",
                     *           "current_version_id": "cv-01m88d75d92xa7ps7zmy69qh31",
                     *           "not_after": "2026-05-30T12:00:00Z",
                     *           "renew_after": "2026-03-01T12:00:00Z"
                     *         }
                     *       ],
                     *       "id": "mc-web",
                     *       "issuer_id": "iss-local",
                     *       "key_algorithm": "ecdsa-p256",
                     *       "key_strategy": "per_host",
                     *       "last_error": "text",
                     *       "lifetime_seconds": 7776000,
                     *       "live": {
                     *         "live": 1,
                     *         "targets": 1,
                     *         "unverified_since": "2026-03-01T12:00:00Z"
                     *       },
                     *       "name": "Web",
                     *       "names": [
                     *         "web.example.internal"
                     *       ],
                     *       "not_after": "2026-05-30T12:00:00Z",
                     *       "open_job_ids": [
                     *         "job-01m88d75d92xa7ps7zmy69qh31"
                     *       ],
                     *       "owner_id": "o-web-team",
                     *       "policy_override": {
                     *         "alert_thresholds_days": [
                     *           30,
                     *           14,
                     *           7,
                     *           0
                     *         ],
                     *         "alert_thresholds_percent": [
                     *           20
                     *         ],
                     *         "point": {
                     *           "percent": 10
                     *         }
                     *       },
                     *       "profile_id": "prof-default",
                     *       "renew_after": "2026-03-01T12:00:00Z",
                     *       "renewal_policy_id": "rp-default",
                     *       "revision": 1,
                     *       "status": "Pending",
                     *       "tags": [
                     *         "web"
                     *       ],
                     *       "target_ids": [
                     *         "tgt-web-files"
                     *       ],
                     *       "team_id": "t-web",
                     *       "updated_at": "2026-03-01T12:00:00Z",
                     *       "why": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["Certificate"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    certificates_der: {
        parameters: {
            query?: {
                /** @description The current one (of the first key holder) when absent. */
                version?: components["schemas"]["CertificateVersionId"];
            };
            header?: never;
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example mc-web
                 */
                id: components["schemas"]["CertificateId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       1
                     *     ]
                     */
                    "application/pkix-cert": number[];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    certificates_p7b: {
        parameters: {
            query?: {
                /** @description The current one (of the first key holder) when absent. */
                version?: components["schemas"]["CertificateVersionId"];
            };
            header?: never;
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example mc-web
                 */
                id: components["schemas"]["CertificateId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       1
                     *     ]
                     */
                    "application/pkcs7-mime": number[];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    certificates_chain: {
        parameters: {
            query?: {
                /** @description The current one (of the first key holder) when absent. */
                version?: components["schemas"]["CertificateVersionId"];
            };
            header?: never;
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example mc-web
                 */
                id: components["schemas"]["CertificateId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /** @example text */
                    "application/pem-certificate-chain": string;
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    certificates_upload_csr: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example mc-web
                 */
                id: components["schemas"]["CertificateId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "csr_pem": "-----BEGIN CERTIFICATE REQUEST-----\nMIIBDDCBswIBADAfMR0wGwYDVQQDDBR3ZWIuZXhhbXBsZS5pbnRlcm5hbDBZMBMG\nByqGSM49AgEGCCqGSM49AwEHA0IABJvJ/xcji9JICXCQAQewXBQxLFMKFbkf7KLI\n8TpgmCPEc8D8mCfwanGgt2BO4zAzOPznYNGCJ3sNIxbCweP6IdKgMjAwBgkqhkiG\n9w0BCQ4xIzAhMB8GA1UdEQQYMBaCFHdlYi5leGFtcGxlLmludGVybmFsMAoGCCqG\nSM49BAMCA0gAMEUCIBpb7SrgiTX7fS+25ERK/VKpXkk41Gqb/mHSJ/JAP8tzAiEA\n6BEiJebQ0C5hR3srfRVVT+4n0jYQhgMuMwBlY78aF6Y=\n-----END CERTIFICATE REQUEST-----\n"
                 *     }
                 */
                "application/json": components["schemas"]["UploadCsr"];
            };
        };
        responses: {
            /** @description It was started */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "jobs": [
                     *         {
                     *           "agent_id": "ag-web-1",
                     *           "agent_name": "text",
                     *           "approval_because": "text",
                     *           "attempts": 1,
                     *           "cause_code": "cancelled",
                     *           "certificate_id": "mc-web",
                     *           "certificate_name": "text",
                     *           "created_at": "2026-03-01T12:00:00Z",
                     *           "deadline": "2026-05-30T12:00:00Z",
                     *           "deployment_id": "dep-01m88d75d92xa7ps7zmy69qh31",
                     *           "error": "text",
                     *           "finished_at": "2026-03-01T12:00:00Z",
                     *           "held_because": "text",
                     *           "id": "job-01m88d75d92xa7ps7zmy69qh31",
                     *           "kind": "Issuance",
                     *           "max_attempts": 1,
                     *           "reason": "The host was replaced",
                     *           "request_id": "req-3q2-7wkAAQIDBAUG",
                     *           "requested_by": {
                     *             "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *             "kind": "api_key"
                     *           },
                     *           "requested_by_name": "text",
                     *           "run_after": "2026-03-01T12:00:00Z",
                     *           "state": "Pending",
                     *           "target_id": "tgt-web-files",
                     *           "target_name": "text",
                     *           "trace_id": "text",
                     *           "updated_at": "2026-03-01T12:00:00Z",
                     *           "version_id": "cv-01m88d75d92xa7ps7zmy69qh31"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["JobsStarted"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    certificates_deploy: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example mc-web
                 */
                id: components["schemas"]["CertificateId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /** @example {} */
                "application/json": components["schemas"]["DeployCertificate"];
            };
        };
        responses: {
            /** @description It was started */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "jobs": [
                     *         {
                     *           "agent_id": "ag-web-1",
                     *           "agent_name": "text",
                     *           "approval_because": "text",
                     *           "attempts": 1,
                     *           "cause_code": "cancelled",
                     *           "certificate_id": "mc-web",
                     *           "certificate_name": "text",
                     *           "created_at": "2026-03-01T12:00:00Z",
                     *           "deadline": "2026-05-30T12:00:00Z",
                     *           "deployment_id": "dep-01m88d75d92xa7ps7zmy69qh31",
                     *           "error": "text",
                     *           "finished_at": "2026-03-01T12:00:00Z",
                     *           "held_because": "text",
                     *           "id": "job-01m88d75d92xa7ps7zmy69qh31",
                     *           "kind": "Issuance",
                     *           "max_attempts": 1,
                     *           "reason": "The host was replaced",
                     *           "request_id": "req-3q2-7wkAAQIDBAUG",
                     *           "requested_by": {
                     *             "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *             "kind": "api_key"
                     *           },
                     *           "requested_by_name": "text",
                     *           "run_after": "2026-03-01T12:00:00Z",
                     *           "state": "Pending",
                     *           "target_id": "tgt-web-files",
                     *           "target_name": "text",
                     *           "trace_id": "text",
                     *           "updated_at": "2026-03-01T12:00:00Z",
                     *           "version_id": "cv-01m88d75d92xa7ps7zmy69qh31"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["JobsStarted"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    certificates_list_deployments: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description The number of items, 1 to 500; 50 when absent. */
                limit?: number;
            };
            header?: never;
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example mc-web
                 */
                id: components["schemas"]["CertificateId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "agent_id": "ag-web-1",
                     *           "certificate_id": "mc-web",
                     *           "created_at": "2026-03-01T12:00:00Z",
                     *           "error": "text",
                     *           "fingerprint_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *           "id": "dep-01m88d75d92xa7ps7zmy69qh31",
                     *           "job_id": "job-01m88d75d92xa7ps7zmy69qh31",
                     *           "live_at": "2026-03-01T12:00:00Z",
                     *           "previous_fingerprint_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *           "seen": [
                     *             {
                     *               "address": "192.0.2.10:443",
                     *               "at": "2026-03-01T12:00:00Z",
                     *               "error": "text",
                     *               "fingerprint_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *               "server_name": "web.example.internal"
                     *             }
                     *           ],
                     *           "state": "wanted",
                     *           "target_id": "tgt-web-files",
                     *           "updated_at": "2026-03-01T12:00:00Z",
                     *           "version_id": "cv-01m88d75d92xa7ps7zmy69qh31"
                     *         }
                     *       ],
                     *       "next_cursor": "bWMtd2ViCg",
                     *       "total": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Page_Deployment"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    certificates_explain: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example mc-web
                 */
                id: components["schemas"]["CertificateId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "at": "2026-03-01T12:00:00Z",
                     *       "blocked_by": [
                     *         {
                     *           "code": "agent_offline",
                     *           "detail": "text",
                     *           "object_id": "text",
                     *           "object_kind": "text",
                     *           "remedy": "text"
                     *         }
                     *       ],
                     *       "certificate_id": "mc-web",
                     *       "holders": [
                     *         {
                     *           "agent_id": "ag-web-1",
                     *           "code": "point_passed",
                     *           "decision": "renew",
                     *           "hint": {
                     *             "ask_at": "2026-03-01T12:00:00Z",
                     *             "asked_at": "2026-03-01T12:00:00Z",
                     *             "closes_at": "2026-03-01T12:00:00Z",
                     *             "explanation": "text",
                     *             "opens_at": "2026-03-01T12:00:00Z",
                     *             "problem": "text",
                     *             "renew_at": "2026-03-01T12:00:00Z"
                     *           },
                     *           "next_look_at": "2026-03-01T12:00:00Z",
                     *           "not_after": "2026-05-30T12:00:00Z",
                     *           "open_job_id": "job-01m88d75d92xa7ps7zmy69qh31",
                     *           "reason": "The host was replaced",
                     *           "renew_after": "2026-03-01T12:00:00Z"
                     *         }
                     *       ],
                     *       "last": [
                     *         {
                     *           "actor": {
                     *             "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *             "kind": "api_key"
                     *           },
                     *           "at": "2026-03-01T12:00:00Z",
                     *           "error": "text",
                     *           "job_id": "job-01m88d75d92xa7ps7zmy69qh31",
                     *           "kind": "Issuance",
                     *           "reason": "The host was replaced",
                     *           "state": "Pending"
                     *         }
                     *       ],
                     *       "next": {
                     *         "at": "2026-03-01T12:00:00Z",
                     *         "what": "text"
                     *       },
                     *       "renewal_policy_id": "rp-default",
                     *       "status": "Pending",
                     *       "values": [
                     *         {
                     *           "name": "Web",
                     *           "source": "certificate",
                     *           "value": {}
                     *         }
                     *       ],
                     *       "why": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["Explanation"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    certificates_renew: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example mc-web
                 */
                id: components["schemas"]["CertificateId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "reason": "The host was replaced"
                 *     }
                 */
                "application/json": components["schemas"]["RenewCertificate"];
            };
        };
        responses: {
            /** @description It was started */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "jobs": [
                     *         {
                     *           "agent_id": "ag-web-1",
                     *           "agent_name": "text",
                     *           "approval_because": "text",
                     *           "attempts": 1,
                     *           "cause_code": "cancelled",
                     *           "certificate_id": "mc-web",
                     *           "certificate_name": "text",
                     *           "created_at": "2026-03-01T12:00:00Z",
                     *           "deadline": "2026-05-30T12:00:00Z",
                     *           "deployment_id": "dep-01m88d75d92xa7ps7zmy69qh31",
                     *           "error": "text",
                     *           "finished_at": "2026-03-01T12:00:00Z",
                     *           "held_because": "text",
                     *           "id": "job-01m88d75d92xa7ps7zmy69qh31",
                     *           "kind": "Issuance",
                     *           "max_attempts": 1,
                     *           "reason": "The host was replaced",
                     *           "request_id": "req-3q2-7wkAAQIDBAUG",
                     *           "requested_by": {
                     *             "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *             "kind": "api_key"
                     *           },
                     *           "requested_by_name": "text",
                     *           "run_after": "2026-03-01T12:00:00Z",
                     *           "state": "Pending",
                     *           "target_id": "tgt-web-files",
                     *           "target_name": "text",
                     *           "trace_id": "text",
                     *           "updated_at": "2026-03-01T12:00:00Z",
                     *           "version_id": "cv-01m88d75d92xa7ps7zmy69qh31"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["JobsStarted"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revocations_revoke: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example mc-web
                 */
                id: components["schemas"]["CertificateId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "comment": "The host was broken into",
                 *       "reason": "key_compromise"
                 *     }
                 */
                "application/json": components["schemas"]["RevokeCertificate"];
            };
        };
        responses: {
            /** @description Each revocation as it stands */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "revocations": [
                     *         {
                     *           "certificate_id": "mc-web",
                     *           "comment": "text",
                     *           "error": "text",
                     *           "id": "rev-01m88d75d92xa7ps7zmy69qh31",
                     *           "issuer_id": "iss-local",
                     *           "next_try_at": "2026-03-01T12:00:00Z",
                     *           "not_after": "2026-05-30T12:00:00Z",
                     *           "reason": "unspecified",
                     *           "replace_first": true,
                     *           "requested_at": "2026-03-01T12:00:00Z",
                     *           "requested_by": {
                     *             "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *             "kind": "api_key"
                     *           },
                     *           "revision": 1,
                     *           "revoked_at": "2026-03-01T12:00:00Z",
                     *           "serial": "3f9a01c27be44d10",
                     *           "state": "waiting",
                     *           "tries": 1,
                     *           "updated_at": "2026-03-01T12:00:00Z",
                     *           "version_id": "cv-01m88d75d92xa7ps7zmy69qh31"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["RevocationsAsked"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    certificates_text: {
        parameters: {
            query?: {
                /** @description The current one (of the first key holder) when absent. */
                version?: components["schemas"]["CertificateVersionId"];
            };
            header?: never;
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example mc-web
                 */
                id: components["schemas"]["CertificateId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /** @example text */
                    "text/plain": string;
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    certificates_timeline: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description The number of items, 1 to 500; 50 when absent. */
                limit?: number;
            };
            header?: never;
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example mc-web
                 */
                id: components["schemas"]["CertificateId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "action": "version.issued",
                     *           "actor": {
                     *             "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *             "kind": "api_key"
                     *           },
                     *           "actor_name": "text",
                     *           "at": "2026-03-01T12:00:00Z",
                     *           "job_id": "job-01m88d75d92xa7ps7zmy69qh31",
                     *           "seconds_since_previous": 1,
                     *           "summary": "text"
                     *         }
                     *       ],
                     *       "next_cursor": "bWMtd2ViCg",
                     *       "runs": [
                     *         {
                     *           "ended_at": "2026-03-01T12:00:00Z",
                     *           "id": "job-01m88d75d92xa7ps7zmy69qh31",
                     *           "kind": "Issuance",
                     *           "lanes": [
                     *             {
                     *               "agent_id": "ag-web-1",
                     *               "attempts": 1,
                     *               "job_id": "job-01m88d75d92xa7ps7zmy69qh31",
                     *               "max_attempts": 1,
                     *               "next_attempt_at": "2026-03-01T12:00:00Z",
                     *               "state": "done",
                     *               "steps": [
                     *                 {
                     *                   "actor": {
                     *                     "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *                     "kind": "api_key"
                     *                   },
                     *                   "at": "2026-03-01T12:00:00Z",
                     *                   "cause": "text",
                     *                   "milliseconds": 1,
                     *                   "name": "requested",
                     *                   "retry_job_id": "job-01m88d75d92xa7ps7zmy69qh31",
                     *                   "started_at": "2026-03-01T12:00:00Z",
                     *                   "state": "done",
                     *                   "targets": [
                     *                     {
                     *                       "at": "2026-03-01T12:00:00Z",
                     *                       "attempts": 1,
                     *                       "cause": "text",
                     *                       "deployment_id": "dep-01m88d75d92xa7ps7zmy69qh31",
                     *                       "endpoints": [
                     *                         {
                     *                           "address": "192.0.2.10:443",
                     *                           "at": "2026-03-01T12:00:00Z",
                     *                           "error": "text",
                     *                           "fingerprint_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *                           "server_name": "web.example.internal",
                     *                           "state": "done"
                     *                         }
                     *                       ],
                     *                       "job_id": "job-01m88d75d92xa7ps7zmy69qh31",
                     *                       "next_attempt_at": "2026-03-01T12:00:00Z",
                     *                       "retry_job_id": "job-01m88d75d92xa7ps7zmy69qh31",
                     *                       "state": "done",
                     *                       "target_id": "tgt-web-files",
                     *                       "why": {
                     *                         "code": "cancelled",
                     *                         "params": {},
                     *                         "text": "text"
                     *                       }
                     *                     }
                     *                   ],
                     *                   "why": {
                     *                     "code": "cancelled",
                     *                     "params": {},
                     *                     "text": "text"
                     *                   }
                     *                 }
                     *               ],
                     *               "tries": [
                     *                 {
                     *                   "agent_id": "ag-web-1",
                     *                   "cause": {
                     *                     "code": "cancelled",
                     *                     "params": {},
                     *                     "text": "text"
                     *                   },
                     *                   "ended_at": "2026-03-01T12:00:00Z",
                     *                   "job_id": "job-01m88d75d92xa7ps7zmy69qh31",
                     *                   "number": 1,
                     *                   "result": "done",
                     *                   "started_at": "2026-03-01T12:00:00Z",
                     *                   "steps": [
                     *                     {
                     *                       "at": "2026-03-01T12:00:00Z",
                     *                       "detail": "text",
                     *                       "milliseconds": 1,
                     *                       "name": "Web",
                     *                       "ok": true
                     *                     }
                     *                   ],
                     *                   "target_id": "tgt-web-files"
                     *                 }
                     *               ],
                     *               "version_id": "cv-01m88d75d92xa7ps7zmy69qh31"
                     *             }
                     *           ],
                     *           "next_attempt_at": "2026-03-01T12:00:00Z",
                     *           "reason": "The host was replaced",
                     *           "requested_by": {
                     *             "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *             "kind": "api_key"
                     *           },
                     *           "started_at": "2026-03-01T12:00:00Z",
                     *           "state": "done"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Timeline"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    certificates_verify: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example mc-web
                 */
                id: components["schemas"]["CertificateId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /** @example {} */
                "application/json": components["schemas"]["VerifyCertificate"];
            };
        };
        responses: {
            /** @description It was started */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "jobs": [
                     *         {
                     *           "agent_id": "ag-web-1",
                     *           "agent_name": "text",
                     *           "approval_because": "text",
                     *           "attempts": 1,
                     *           "cause_code": "cancelled",
                     *           "certificate_id": "mc-web",
                     *           "certificate_name": "text",
                     *           "created_at": "2026-03-01T12:00:00Z",
                     *           "deadline": "2026-05-30T12:00:00Z",
                     *           "deployment_id": "dep-01m88d75d92xa7ps7zmy69qh31",
                     *           "error": "text",
                     *           "finished_at": "2026-03-01T12:00:00Z",
                     *           "held_because": "text",
                     *           "id": "job-01m88d75d92xa7ps7zmy69qh31",
                     *           "kind": "Issuance",
                     *           "max_attempts": 1,
                     *           "reason": "The host was replaced",
                     *           "request_id": "req-3q2-7wkAAQIDBAUG",
                     *           "requested_by": {
                     *             "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *             "kind": "api_key"
                     *           },
                     *           "requested_by_name": "text",
                     *           "run_after": "2026-03-01T12:00:00Z",
                     *           "state": "Pending",
                     *           "target_id": "tgt-web-files",
                     *           "target_name": "text",
                     *           "trace_id": "text",
                     *           "updated_at": "2026-03-01T12:00:00Z",
                     *           "version_id": "cv-01m88d75d92xa7ps7zmy69qh31"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["JobsStarted"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    certificates_list_versions: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description The number of items, 1 to 500; 50 when absent. */
                limit?: number;
            };
            header?: never;
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example mc-web
                 */
                id: components["schemas"]["CertificateId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "agent_id": "ag-web-1",
                     *           "certificate_id": "mc-web",
                     *           "created_at": "2026-03-01T12:00:00Z",
                     *           "current": true,
                     *           "fingerprint_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *           "id": "cv-01m88d75d92xa7ps7zmy69qh31",
                     *           "issuer_id": "iss-local",
                     *           "job_id": "job-01m88d75d92xa7ps7zmy69qh31",
                     *           "key_algorithm": "ecdsa-p256",
                     *           "key_kept_because": "text",
                     *           "key_retired_at": "2026-03-01T12:00:00Z",
                     *           "not_after": "2026-05-30T12:00:00Z",
                     *           "not_before": "2026-03-01T12:00:00Z",
                     *           "number": 1,
                     *           "public_key_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *           "revocation_id": "rev-01m88d75d92xa7ps7zmy69qh31",
                     *           "revocation_reason": "unspecified",
                     *           "revoked_at": "2026-03-01T12:00:00Z",
                     *           "serial": "3f9a01c27be44d10"
                     *         }
                     *       ],
                     *       "next_cursor": "bWMtd2ViCg",
                     *       "total": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Page_Version"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    certificates_anchors: {
        parameters: {
            query?: {
                /** @description Only those whose keys these agents hold; `none` for those that no agent holds. */
                agent_id?: string;
                /** @description Only those that are archived (`true`), or that are not. */
                archived?: boolean;
                /** @description Only those in one of these conditions, `-` before one for the others: `failing,expired`, `-healthy`. */
                condition?: string;
                /** @description Only those that were made in this range, written as `expires`: `-7d..` for the last 7 days. */
                created?: string;
                /**
                 * @description Only those of these environments, such as `production,staging`; `none`, `-production`, `-none` as elsewhere. A
                 *     comma in a name, or a `-` or `none` that is the name, has a `\` before it.
                 */
                environment?: string;
                /**
                 * @description Only those whose earliest end is in this range: `..30d` (in 30 days at the latest), `-7d..` (7 days ago at the
                 *     earliest), `2027-01-01T00:00:00Z..2027-02-01T00:00:00Z`. The first end belongs to the range, the last does not.
                 */
                expires?: string;
                /** @description Only those whose earliest end is after this time. */
                expires_after?: components["schemas"]["Time"];
                /** @description Only those whose earliest end is before this time. */
                expires_before?: components["schemas"]["Time"];
                /** @description Only those of these issuers; `-` before an id for the others. */
                issuer_id?: string;
                /** @description Only those with these key algorithms, such as `ecdsa-p256`; `-` before one for the others. */
                key_algorithm?: string;
                /** @description Only those with this share of their lifetime left: `..20%`, `50%..75%`. */
                life?: string;
                /** @description Only those whose current versions are valid for so long in all: `..10d`, `90d..`. */
                lifetime?: string;
                /** @description Only those that all, some or none of their targets were seen serving: `none,some`, `-all`, `no_targets`. */
                live?: string;
                /** @description Only those of these owners; `none` for those without one, `-` before an id or `none` for the others. */
                owner_id?: string;
                /** @description Only those that follow these renewal policies; `-` before an id for the others. */
                policy_id?: string;
                /** @description Only those of these profiles; `-` before an id for the others. */
                profile_id?: string;
                /**
                 * @description Only those whose name, or one of whose names, holds this text (of one or two letters: whose name begins with it);
                 *     or the one with this whole serial or SHA-256 fingerprint.
                 */
                q?: string;
                /** @description Only those whose earliest renewal is in this range, written as `expires`. */
                renews?: string;
                /** @description Only those whose earliest renewal is before this time. */
                renews_before?: components["schemas"]["Time"];
                /**
                 * @description The order: `name`, `expires`, `renews`, `created`, `updated` or `attention` (what is most pressing first), with a
                 *     `-` before it for the other way round; `created` when absent.
                 */
                sort?: string;
                /**
                 * @description Only those with one of these statuses, `-` before a status for those without it: `Expiring,Expired`, `-Active`.
                 *     `Archived` stands alone; without it, those that are archived are not in the list.
                 */
                status?: string;
                /** @description Only those with one of these tags; `-` before a tag for those without it, `none` for those without any. */
                tag?: string;
                /** @description Only those that are deployed to these targets; `none` for those that are deployed nowhere. */
                target_id?: string;
                /** @description Only those of these teams; `none` for those without one, `-` before an id or `none` for the others. */
                team_id?: string;
                /** @description Only those that were last changed in this range, written as `expires`. */
                updated?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "anchors": [
                     *         "text"
                     *       ],
                     *       "approximate": true,
                     *       "as_of": "2026-03-01T12:00:00Z",
                     *       "every": 1,
                     *       "total": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Anchors"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    certificates_run: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "reason": "The host was replaced"
                 *     }
                 */
                "application/json": components["schemas"]["BulkRequest"];
            };
        };
        responses: {
            /** @description With `dry_run`: the plan */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "action": "renew",
                     *       "approvals_needed": 1,
                     *       "estimate_basis": "text",
                     *       "estimated_seconds": 1,
                     *       "expires_at": "2026-05-30T12:00:00Z",
                     *       "issuers": [
                     *         {
                     *           "budget": {
                     *             "limit": 1,
                     *             "next_at": "2026-03-01T12:00:00Z",
                     *             "used": 1,
                     *             "window_seconds": 1
                     *           },
                     *           "issuer_id": "iss-local",
                     *           "orders": 1
                     *         }
                     *       ],
                     *       "outside_windows": 1,
                     *       "plan_id": "op-01m88d75d92xa7ps7zmy69qh31",
                     *       "production": 1,
                     *       "production_total": 1,
                     *       "selected": 1,
                     *       "skipped": [
                     *         {
                     *           "code": "not_found",
                     *           "count": 1,
                     *           "detail": "text",
                     *           "examples": [
                     *             "mc-web"
                     *           ]
                     *         }
                     *       ],
                     *       "will_change": 1
                     *     }
                     */
                    "application/json": components["schemas"]["BulkPlan"];
                };
            };
            /** @description The operation, which is under way; or, with `action` `revoke`, what a second person has to confirm first */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "action": "renew",
                     *       "actor": {
                     *         "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *         "kind": "api_key"
                     *       },
                     *       "cause": "text",
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "done": 1,
                     *       "estimated_finish_at": "2026-03-01T12:00:00Z",
                     *       "failed": 1,
                     *       "finished_at": "2026-03-01T12:00:00Z",
                     *       "id": "op-01m88d75d92xa7ps7zmy69qh31",
                     *       "params": {},
                     *       "plan": {},
                     *       "processed": 1,
                     *       "reason": "The host was replaced",
                     *       "selected": 1,
                     *       "selection": {},
                     *       "skipped": 1,
                     *       "started_at": "2026-03-01T12:00:00Z",
                     *       "state": "Planning",
                     *       "updated_at": "2026-03-01T12:00:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["StartedOperation"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    certificates_export: {
        parameters: {
            query?: {
                /** @description Only those whose keys these agents hold; `none` for those that no agent holds. */
                agent_id?: string;
                /** @description Only those that are archived (`true`), or that are not. */
                archived?: boolean;
                /** @description Only these columns, by their names, with commas between; all when absent. */
                columns?: string;
                /** @description Only those in one of these conditions, `-` before one for the others: `failing,expired`, `-healthy`. */
                condition?: string;
                /** @description Only those that were made in this range, written as `expires`: `-7d..` for the last 7 days. */
                created?: string;
                /**
                 * @description Only those of these environments, such as `production,staging`; `none`, `-production`, `-none` as elsewhere. A
                 *     comma in a name, or a `-` or `none` that is the name, has a `\` before it.
                 */
                environment?: string;
                /**
                 * @description Only those whose earliest end is in this range: `..30d` (in 30 days at the latest), `-7d..` (7 days ago at the
                 *     earliest), `2027-01-01T00:00:00Z..2027-02-01T00:00:00Z`. The first end belongs to the range, the last does not.
                 */
                expires?: string;
                /** @description Only those whose earliest end is after this time. */
                expires_after?: components["schemas"]["Time"];
                /** @description Only those whose earliest end is before this time. */
                expires_before?: components["schemas"]["Time"];
                /** @description The form; `csv` when absent. `jsonl` is another word for `ndjson`. */
                format?: components["schemas"]["ExportFormat"];
                /** @description Only those of these issuers; `-` before an id for the others. */
                issuer_id?: string;
                /** @description Only those with these key algorithms, such as `ecdsa-p256`; `-` before one for the others. */
                key_algorithm?: string;
                /** @description Only those with this share of their lifetime left: `..20%`, `50%..75%`. */
                life?: string;
                /** @description Only those whose current versions are valid for so long in all: `..10d`, `90d..`. */
                lifetime?: string;
                /** @description Only those that all, some or none of their targets were seen serving: `none,some`, `-all`, `no_targets`. */
                live?: string;
                /** @description Only those of these owners; `none` for those without one, `-` before an id or `none` for the others. */
                owner_id?: string;
                /** @description Only those that follow these renewal policies; `-` before an id for the others. */
                policy_id?: string;
                /** @description Only those of these profiles; `-` before an id for the others. */
                profile_id?: string;
                /**
                 * @description Only those whose name, or one of whose names, holds this text (of one or two letters: whose name begins with it);
                 *     or the one with this whole serial or SHA-256 fingerprint.
                 */
                q?: string;
                /** @description Only those whose earliest renewal is in this range, written as `expires`. */
                renews?: string;
                /** @description Only those whose earliest renewal is before this time. */
                renews_before?: components["schemas"]["Time"];
                /**
                 * @description Only those with one of these statuses, `-` before a status for those without it: `Expiring,Expired`, `-Active`.
                 *     `Archived` stands alone; without it, those that are archived are not in the list.
                 */
                status?: string;
                /** @description Only those with one of these tags; `-` before a tag for those without it, `none` for those without any. */
                tag?: string;
                /** @description Only those that are deployed to these targets; `none` for those that are deployed nowhere. */
                target_id?: string;
                /** @description Only those of these teams; `none` for those without one, `-` before an id or `none` for the others. */
                team_id?: string;
                /** @description Only those that were last changed in this range, written as `expires`. */
                updated?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "count": 1,
                     *       "export": {
                     *         "columns": [
                     *           "text"
                     *         ],
                     *         "exported_at": "2026-03-01T12:00:00Z",
                     *         "exported_by": {
                     *           "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *           "kind": "api_key"
                     *         },
                     *         "filter": {},
                     *         "matching": 1,
                     *         "noun": "text",
                     *         "request_id": "req-3q2-7wkAAQIDBAUG"
                     *       },
                     *       "items": [
                     *         {}
                     *       ],
                     *       "seals": [
                     *         {}
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Exported"];
                    /** @example text */
                    "application/x-ndjson": string;
                    /** @example text */
                    "text/csv": string;
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    certificates_facets: {
        parameters: {
            query?: {
                /** @description Only those whose keys these agents hold; `none` for those that no agent holds. */
                agent_id?: string;
                /** @description Only those that are archived (`true`), or that are not. */
                archived?: boolean;
                /** @description Only those in one of these conditions, `-` before one for the others: `failing,expired`, `-healthy`. */
                condition?: string;
                /** @description Only those that were made in this range, written as `expires`: `-7d..` for the last 7 days. */
                created?: string;
                /**
                 * @description Only those of these environments, such as `production,staging`; `none`, `-production`, `-none` as elsewhere. A
                 *     comma in a name, or a `-` or `none` that is the name, has a `\` before it.
                 */
                environment?: string;
                /**
                 * @description Only those whose earliest end is in this range: `..30d` (in 30 days at the latest), `-7d..` (7 days ago at the
                 *     earliest), `2027-01-01T00:00:00Z..2027-02-01T00:00:00Z`. The first end belongs to the range, the last does not.
                 */
                expires?: string;
                /** @description Only those whose earliest end is after this time. */
                expires_after?: components["schemas"]["Time"];
                /** @description Only those whose earliest end is before this time. */
                expires_before?: components["schemas"]["Time"];
                /** @description Only those of these issuers; `-` before an id for the others. */
                issuer_id?: string;
                /** @description Only those with these key algorithms, such as `ecdsa-p256`; `-` before one for the others. */
                key_algorithm?: string;
                /** @description Only those with this share of their lifetime left: `..20%`, `50%..75%`. */
                life?: string;
                /** @description Only those whose current versions are valid for so long in all: `..10d`, `90d..`. */
                lifetime?: string;
                /** @description Only those that all, some or none of their targets were seen serving: `none,some`, `-all`, `no_targets`. */
                live?: string;
                /** @description Only those of these owners; `none` for those without one, `-` before an id or `none` for the others. */
                owner_id?: string;
                /** @description Only those that follow these renewal policies; `-` before an id for the others. */
                policy_id?: string;
                /** @description Only those of these profiles; `-` before an id for the others. */
                profile_id?: string;
                /**
                 * @description Only those whose name, or one of whose names, holds this text (of one or two letters: whose name begins with it);
                 *     or the one with this whole serial or SHA-256 fingerprint.
                 */
                q?: string;
                /** @description Only those whose earliest renewal is in this range, written as `expires`. */
                renews?: string;
                /** @description Only those whose earliest renewal is before this time. */
                renews_before?: components["schemas"]["Time"];
                /**
                 * @description Only those with one of these statuses, `-` before a status for those without it: `Expiring,Expired`, `-Active`.
                 *     `Archived` stands alone; without it, those that are archived are not in the list.
                 */
                status?: string;
                /** @description Only those with one of these tags; `-` before a tag for those without it, `none` for those without any. */
                tag?: string;
                /** @description Only those that are deployed to these targets; `none` for those that are deployed nowhere. */
                target_id?: string;
                /** @description Only those of these teams; `none` for those without one, `-` before an id or `none` for the others. */
                team_id?: string;
                /** @description Only those that were last changed in this range, written as `expires`. */
                updated?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "approximate": true,
                     *       "as_of": "2026-03-01T12:00:00Z",
                     *       "facets": [
                     *         {
                     *           "facet": "status",
                     *           "other_count": 1,
                     *           "other_values": 1,
                     *           "values": [
                     *             {
                     *               "count": 1,
                     *               "value": "none"
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "total": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Facets"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    certificates_import: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "bundles": [
                 *         {
                 *           "name": "Web",
                 *           "pem": "-----BEGIN CERTIFICATE-----\nMIIB...\n-----END CERTIFICATE-----\n"
                 *         }
                 *       ],
                 *       "environment": "production",
                 *       "tags": [
                 *         "web"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["ImportCertificates"];
            };
        };
        responses: {
            /** @description What became of each certificate */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "claimed": 1,
                     *       "existing": 1,
                     *       "imported": 1,
                     *       "items": [
                     *         {
                     *           "bundle": 1,
                     *           "cause": "text",
                     *           "certificate_id": "mc-web",
                     *           "code": "text",
                     *           "fingerprint_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *           "issuer": "text",
                     *           "name": "Web",
                     *           "names": [
                     *             "web.example.internal"
                     *           ],
                     *           "not_after": "2026-05-30T12:00:00Z",
                     *           "number": 1,
                     *           "outcome": "imported",
                     *           "subject": "text",
                     *           "warnings": [
                     *             "text"
                     *           ]
                     *         }
                     *       ],
                     *       "refused": 1
                     *     }
                     */
                    "application/json": components["schemas"]["ImportResult"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    certificates_preview: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "csr_pem": "-----BEGIN CERTIFICATE REQUEST-----\nMIIBDDCBswIBADAfMR0wGwYDVQQDDBR3ZWIuZXhhbXBsZS5pbnRlcm5hbDBZMBMG\nByqGSM49AgEGCCqGSM49AwEHA0IABJvJ/xcji9JICXCQAQewXBQxLFMKFbkf7KLI\n8TpgmCPEc8D8mCfwanGgt2BO4zAzOPznYNGCJ3sNIxbCweP6IdKgMjAwBgkqhkiG\n9w0BCQ4xIzAhMB8GA1UdEQQYMBaCFHdlYi5leGFtcGxlLmludGVybmFsMAoGCCqG\nSM49BAMCA0gAMEUCIBpb7SrgiTX7fS+25ERK/VKpXkk41Gqb/mHSJ/JAP8tzAiEA\n6BEiJebQ0C5hR3srfRVVT+4n0jYQhgMuMwBlY78aF6Y=\n-----END CERTIFICATE REQUEST-----\n",
                 *       "environment": "production",
                 *       "key_strategy": "external",
                 *       "names": [
                 *         "web.example.internal"
                 *       ],
                 *       "tags": [
                 *         "web"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["CreateCertificate"];
            };
        };
        responses: {
            /** @description It was done; as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "agent_ids": [
                     *         "ag-web-1"
                     *       ],
                     *       "approval_because": "text",
                     *       "common_name": "web.example.internal",
                     *       "environment": "production",
                     *       "id": "mc-web",
                     *       "issuer_id": "iss-local",
                     *       "issues": true,
                     *       "key_algorithm": "ecdsa-p256",
                     *       "key_strategy": "per_host",
                     *       "lifetime_seconds": 7776000,
                     *       "name": "Web",
                     *       "names": [
                     *         "web.example.internal"
                     *       ],
                     *       "owner_id": "o-web-team",
                     *       "profile_id": "prof-default",
                     *       "renewal_policy_id": "rp-default",
                     *       "renews_before_end_seconds": 1,
                     *       "tags": [
                     *         "web"
                     *       ],
                     *       "target_ids": [
                     *         "tgt-web-files"
                     *       ],
                     *       "team_id": "t-web",
                     *       "violations": [
                     *         {
                     *           "detail": "text",
                     *           "rule_id": "pr-01m88d75d92xa7ps7zmy69qh31",
                     *           "rule_name": "text",
                     *           "severity": "Warning"
                     *         }
                     *       ],
                     *       "warnings": [
                     *         {
                     *           "code": "already_covered",
                     *           "detail": "text",
                     *           "object_id": "text",
                     *           "object_kind": "text"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["CertificatePreview"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    confirmations_list: {
        parameters: {
            query?: {
                /** @description Only those that do this. */
                action?: components["schemas"]["HeldAction"];
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description The number of items, 1 to 500; 50 when absent. */
                limit?: number;
                /**
                 * @description Only those in this state, or in one of several with commas between, such as `waiting,confirmed`.
                 * @example waiting,confirmed
                 */
                state?: string;
                /** @description Whether to count all that match. */
                total?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "action": "bulk_revoke",
                     *           "asked_at": "2026-03-01T12:00:00Z",
                     *           "asked_by": {
                     *             "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *             "kind": "api_key"
                     *           },
                     *           "asked_by_name": "text",
                     *           "consequences": [
                     *             "They are revoked at once: what serves them is refused by clients until it has another certificate.",
                     *             "A revocation cannot be taken back."
                     *           ],
                     *           "decided_at": "2026-03-01T12:00:00Z",
                     *           "decided_by": {
                     *             "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *             "kind": "api_key"
                     *           },
                     *           "decided_by_name": "text",
                     *           "ended_at": "2026-03-01T12:00:00Z",
                     *           "error": "text",
                     *           "expires_at": "2026-05-30T12:00:00Z",
                     *           "id": "cf-01m88d75d92xa7ps7zmy69qh31",
                     *           "object_id": "op-01m88d75d92xa7ps7zmy69qh31",
                     *           "object_kind": "operation",
                     *           "own": true,
                     *           "params": {},
                     *           "reason": "The host was replaced",
                     *           "result": "/api/v1/operations/op-01m88d75d92xa7ps7zmy69qh31",
                     *           "revision": 1,
                     *           "state": "waiting",
                     *           "summary": "Revoke 812 certificates (key compromise)"
                     *         }
                     *       ],
                     *       "next_cursor": "bWMtd2ViCg",
                     *       "total": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Page_Confirmation"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    confirmations_show: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example cf-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["ConfirmationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "action": "bulk_revoke",
                     *       "asked_at": "2026-03-01T12:00:00Z",
                     *       "asked_by": {
                     *         "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *         "kind": "api_key"
                     *       },
                     *       "asked_by_name": "text",
                     *       "consequences": [
                     *         "They are revoked at once: what serves them is refused by clients until it has another certificate.",
                     *         "A revocation cannot be taken back."
                     *       ],
                     *       "decided_at": "2026-03-01T12:00:00Z",
                     *       "decided_by": {
                     *         "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *         "kind": "api_key"
                     *       },
                     *       "decided_by_name": "text",
                     *       "ended_at": "2026-03-01T12:00:00Z",
                     *       "error": "text",
                     *       "expires_at": "2026-05-30T12:00:00Z",
                     *       "id": "cf-01m88d75d92xa7ps7zmy69qh31",
                     *       "object_id": "op-01m88d75d92xa7ps7zmy69qh31",
                     *       "object_kind": "operation",
                     *       "own": true,
                     *       "params": {},
                     *       "reason": "The host was replaced",
                     *       "result": "/api/v1/operations/op-01m88d75d92xa7ps7zmy69qh31",
                     *       "revision": 1,
                     *       "state": "waiting",
                     *       "summary": "Revoke 812 certificates (key compromise)"
                     *     }
                     */
                    "application/json": components["schemas"]["Confirmation"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    confirmations_cancel: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example cf-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["ConfirmationId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "reason": "The host was replaced"
                 *     }
                 */
                "application/json": components["schemas"]["CancelConfirmation"];
            };
        };
        responses: {
            /** @description It was done; as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "action": "bulk_revoke",
                     *       "asked_at": "2026-03-01T12:00:00Z",
                     *       "asked_by": {
                     *         "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *         "kind": "api_key"
                     *       },
                     *       "asked_by_name": "text",
                     *       "consequences": [
                     *         "They are revoked at once: what serves them is refused by clients until it has another certificate.",
                     *         "A revocation cannot be taken back."
                     *       ],
                     *       "decided_at": "2026-03-01T12:00:00Z",
                     *       "decided_by": {
                     *         "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *         "kind": "api_key"
                     *       },
                     *       "decided_by_name": "text",
                     *       "ended_at": "2026-03-01T12:00:00Z",
                     *       "error": "text",
                     *       "expires_at": "2026-05-30T12:00:00Z",
                     *       "id": "cf-01m88d75d92xa7ps7zmy69qh31",
                     *       "object_id": "op-01m88d75d92xa7ps7zmy69qh31",
                     *       "object_kind": "operation",
                     *       "own": true,
                     *       "params": {},
                     *       "reason": "The host was replaced",
                     *       "result": "/api/v1/operations/op-01m88d75d92xa7ps7zmy69qh31",
                     *       "revision": 1,
                     *       "state": "waiting",
                     *       "summary": "Revoke 812 certificates (key compromise)"
                     *     }
                     */
                    "application/json": components["schemas"]["Confirmation"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    confirmations_confirm: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example cf-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["ConfirmationId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "reason": "The host was replaced"
                 *     }
                 */
                "application/json": components["schemas"]["Confirm"];
            };
        };
        responses: {
            /** @description It, as it is now: done, or failed with the reason */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "action": "bulk_revoke",
                     *       "asked_at": "2026-03-01T12:00:00Z",
                     *       "asked_by": {
                     *         "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *         "kind": "api_key"
                     *       },
                     *       "asked_by_name": "text",
                     *       "consequences": [
                     *         "They are revoked at once: what serves them is refused by clients until it has another certificate.",
                     *         "A revocation cannot be taken back."
                     *       ],
                     *       "decided_at": "2026-03-01T12:00:00Z",
                     *       "decided_by": {
                     *         "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *         "kind": "api_key"
                     *       },
                     *       "decided_by_name": "text",
                     *       "ended_at": "2026-03-01T12:00:00Z",
                     *       "error": "text",
                     *       "expires_at": "2026-05-30T12:00:00Z",
                     *       "id": "cf-01m88d75d92xa7ps7zmy69qh31",
                     *       "object_id": "op-01m88d75d92xa7ps7zmy69qh31",
                     *       "object_kind": "operation",
                     *       "own": true,
                     *       "params": {},
                     *       "reason": "The host was replaced",
                     *       "result": "/api/v1/operations/op-01m88d75d92xa7ps7zmy69qh31",
                     *       "revision": 1,
                     *       "state": "waiting",
                     *       "summary": "Revoke 812 certificates (key compromise)"
                     *     }
                     */
                    "application/json": components["schemas"]["Confirmation"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    confirmations_refuse: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example cf-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["ConfirmationId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "The host was replaced"
                 *     }
                 */
                "application/json": components["schemas"]["Refuse"];
            };
        };
        responses: {
            /** @description It was done; as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "action": "bulk_revoke",
                     *       "asked_at": "2026-03-01T12:00:00Z",
                     *       "asked_by": {
                     *         "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *         "kind": "api_key"
                     *       },
                     *       "asked_by_name": "text",
                     *       "consequences": [
                     *         "They are revoked at once: what serves them is refused by clients until it has another certificate.",
                     *         "A revocation cannot be taken back."
                     *       ],
                     *       "decided_at": "2026-03-01T12:00:00Z",
                     *       "decided_by": {
                     *         "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *         "kind": "api_key"
                     *       },
                     *       "decided_by_name": "text",
                     *       "ended_at": "2026-03-01T12:00:00Z",
                     *       "error": "text",
                     *       "expires_at": "2026-05-30T12:00:00Z",
                     *       "id": "cf-01m88d75d92xa7ps7zmy69qh31",
                     *       "object_id": "op-01m88d75d92xa7ps7zmy69qh31",
                     *       "object_kind": "operation",
                     *       "own": true,
                     *       "params": {},
                     *       "reason": "The host was replaced",
                     *       "result": "/api/v1/operations/op-01m88d75d92xa7ps7zmy69qh31",
                     *       "revision": 1,
                     *       "state": "waiting",
                     *       "summary": "Revoke 812 certificates (key compromise)"
                     *     }
                     */
                    "application/json": components["schemas"]["Confirmation"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    dns_providers_kinds: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The kinds */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "kind": "rfc2136",
                     *         "schema": {},
                     *         "title": "text"
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["DnsProviderKindInfo"][];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    dns_providers_list: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description The number of items, 1 to 500; 50 when absent. */
                limit?: number;
                /** @description Whether to count all items, not only those of the page. */
                total?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "config": {},
                     *           "created_at": "2026-03-01T12:00:00Z",
                     *           "id": "dns-01m88d75d92xa7ps7zmy69qh31",
                     *           "kind": "rfc2136",
                     *           "last_failure": "text",
                     *           "last_failure_at": "2026-03-01T12:00:00Z",
                     *           "last_success_at": "2026-03-01T12:00:00Z",
                     *           "name": "Web",
                     *           "revision": 1,
                     *           "secrets": [
                     *             "text"
                     *           ],
                     *           "updated_at": "2026-03-01T12:00:00Z"
                     *         }
                     *       ],
                     *       "next_cursor": "bWMtd2ViCg",
                     *       "total": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Page_DnsProvider"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    dns_providers_create: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "config": {
                 *         "secrets": [
                 *           "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
                 *         ],
                 *         "url": "https://dns.example.com/records"
                 *       },
                 *       "kind": "webhook",
                 *       "name": "Zones of example.com"
                 *     }
                 */
                "application/json": components["schemas"]["CreateDnsProvider"];
            };
        };
        responses: {
            /** @description It was made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "config": {},
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "id": "dns-01m88d75d92xa7ps7zmy69qh31",
                     *       "kind": "rfc2136",
                     *       "last_failure": "text",
                     *       "last_failure_at": "2026-03-01T12:00:00Z",
                     *       "last_success_at": "2026-03-01T12:00:00Z",
                     *       "name": "Web",
                     *       "revision": 1,
                     *       "secrets": [
                     *         "text"
                     *       ],
                     *       "updated_at": "2026-03-01T12:00:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["DnsProvider"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    dns_providers_show: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example dns-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["DNSProviderId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "config": {},
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "id": "dns-01m88d75d92xa7ps7zmy69qh31",
                     *       "kind": "rfc2136",
                     *       "last_failure": "text",
                     *       "last_failure_at": "2026-03-01T12:00:00Z",
                     *       "last_success_at": "2026-03-01T12:00:00Z",
                     *       "name": "Web",
                     *       "revision": 1,
                     *       "secrets": [
                     *         "text"
                     *       ],
                     *       "updated_at": "2026-03-01T12:00:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["DnsProvider"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    dns_providers_delete: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the revision that the change is made for; any when absent
                 * @example "3"
                 */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example dns-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["DNSProviderId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    dns_providers_update: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the revision that the change is made for; any when absent
                 * @example "3"
                 */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example dns-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["DNSProviderId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "name": "Zones of example.com"
                 *     }
                 */
                "application/json": components["schemas"]["UpdateDnsProvider"];
            };
        };
        responses: {
            /** @description As it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "config": {},
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "id": "dns-01m88d75d92xa7ps7zmy69qh31",
                     *       "kind": "rfc2136",
                     *       "last_failure": "text",
                     *       "last_failure_at": "2026-03-01T12:00:00Z",
                     *       "last_success_at": "2026-03-01T12:00:00Z",
                     *       "name": "Web",
                     *       "revision": 1,
                     *       "secrets": [
                     *         "text"
                     *       ],
                     *       "updated_at": "2026-03-01T12:00:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["DnsProvider"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    dns_providers_test: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example dns-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["DNSProviderId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "www.example.com"
                 *     }
                 */
                "application/json": components["schemas"]["TestDnsProvider"];
            };
        };
        responses: {
            /** @description What each step found */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "ok": true,
                     *       "steps": [
                     *         {
                     *           "detail": "text",
                     *           "milliseconds": 1,
                     *           "name": "sign",
                     *           "ok": true
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["TestResult"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    events_stream: {
        parameters: {
            query?: {
                /**
                 * @description Only these kinds, with commas between them; `certificate.*` stands for all that begin so.
                 * @example job.changed,certificate.*
                 */
                kinds?: string;
                /**
                 * @description Only events of this object: about it, or about a job, deployment or version of it.
                 * @example mc-api-prod
                 */
                object?: string;
                /** @description Begin after this place in the stream; from now on when absent. `Last-Event-ID` goes before it. */
                since?: number;
            };
            header?: {
                /** @description Begin after this place; browsers send it by themselves */
                "Last-Event-ID"?: number | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The stream; it does not end by itself */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "at": "2026-03-01T12:00:00Z",
                     *       "changed": [
                     *         "text"
                     *       ],
                     *       "data": {},
                     *       "id": "ev-01m88d75d92xa7ps7zmy69qh31",
                     *       "kind": "job.changed",
                     *       "object_id": "text",
                     *       "object_kind": "job",
                     *       "revision": 1,
                     *       "seq": 1
                     *     }
                     */
                    "text/event-stream": components["schemas"]["Event"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    issuers_kinds: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The kinds */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "kind": "local_ca",
                     *         "schema": {},
                     *         "title": "text"
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["IssuerKind"][];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    issuers_list: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /**
                 * @description Only those whose own certificate ends before this: a time, or a duration from now such as `90d`.
                 * @example 90d
                 */
                expires_before?: string;
                /** @description Only those of this kind, such as `local_ca`. */
                kind?: string;
                /** @description The number of items, 1 to 500; 50 when absent. */
                limit?: number;
                /** @description Only those whose name holds this text. */
                q?: string;
                /** @description Only those that answered when they were last asked to sign (`true`), or that did not (`false`). */
                reachable?: boolean;
                /** @description Whether to count all items, not only those of the page. */
                total?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "chain_pem": "-----BEGIN CERTIFICATE-----\nMIIB...\n-----END CERTIFICATE-----\n",
                     *           "config": {},
                     *           "created_at": "2026-03-01T12:00:00Z",
                     *           "health": {
                     *             "budget": {
                     *               "limit": 1,
                     *               "next_at": "2026-03-01T12:00:00Z",
                     *               "used": 1,
                     *               "window_seconds": 1
                     *             },
                     *             "failed": 1,
                     *             "failing_since": "2026-03-01T12:00:00Z",
                     *             "last_failure": "text",
                     *             "last_failure_at": "2026-03-01T12:00:00Z",
                     *             "last_success_at": "2026-03-01T12:00:00Z",
                     *             "latency_ms": 1,
                     *             "limited_because": "text",
                     *             "limited_until": "2026-05-30T12:00:00Z",
                     *             "open_jobs": 1,
                     *             "signed": 1,
                     *             "state": "ok"
                     *           },
                     *           "id": "iss-local",
                     *           "kind": "local_ca",
                     *           "name": "Web",
                     *           "not_after": "2026-05-30T12:00:00Z",
                     *           "paused_at": "2026-03-01T12:00:00Z",
                     *           "paused_because": "text",
                     *           "revision": 1,
                     *           "secrets": [
                     *             "text"
                     *           ],
                     *           "updated_at": "2026-03-01T12:00:00Z"
                     *         }
                     *       ],
                     *       "next_cursor": "bWMtd2ViCg",
                     *       "total": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Page_Issuer"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    issuers_create: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "config": {
                 *         "common_name": "Staging CA"
                 *       },
                 *       "kind": "local_ca",
                 *       "name": "Staging CA"
                 *     }
                 */
                "application/json": components["schemas"]["CreateIssuer"];
            };
        };
        responses: {
            /** @description It was made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "chain_pem": "-----BEGIN CERTIFICATE-----\nMIIB...\n-----END CERTIFICATE-----\n",
                     *       "config": {},
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "health": {
                     *         "budget": {
                     *           "limit": 1,
                     *           "next_at": "2026-03-01T12:00:00Z",
                     *           "used": 1,
                     *           "window_seconds": 1
                     *         },
                     *         "failed": 1,
                     *         "failing_since": "2026-03-01T12:00:00Z",
                     *         "last_failure": "text",
                     *         "last_failure_at": "2026-03-01T12:00:00Z",
                     *         "last_success_at": "2026-03-01T12:00:00Z",
                     *         "latency_ms": 1,
                     *         "limited_because": "text",
                     *         "limited_until": "2026-05-30T12:00:00Z",
                     *         "open_jobs": 1,
                     *         "signed": 1,
                     *         "state": "ok"
                     *       },
                     *       "id": "iss-local",
                     *       "kind": "local_ca",
                     *       "name": "Web",
                     *       "not_after": "2026-05-30T12:00:00Z",
                     *       "paused_at": "2026-03-01T12:00:00Z",
                     *       "paused_because": "text",
                     *       "revision": 1,
                     *       "secrets": [
                     *         "text"
                     *       ],
                     *       "updated_at": "2026-03-01T12:00:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Issuer"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    issuers_show: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example iss-local
                 */
                id: components["schemas"]["IssuerId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "chain_pem": "-----BEGIN CERTIFICATE-----\nMIIB...\n-----END CERTIFICATE-----\n",
                     *       "config": {},
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "health": {
                     *         "budget": {
                     *           "limit": 1,
                     *           "next_at": "2026-03-01T12:00:00Z",
                     *           "used": 1,
                     *           "window_seconds": 1
                     *         },
                     *         "failed": 1,
                     *         "failing_since": "2026-03-01T12:00:00Z",
                     *         "last_failure": "text",
                     *         "last_failure_at": "2026-03-01T12:00:00Z",
                     *         "last_success_at": "2026-03-01T12:00:00Z",
                     *         "latency_ms": 1,
                     *         "limited_because": "text",
                     *         "limited_until": "2026-05-30T12:00:00Z",
                     *         "open_jobs": 1,
                     *         "signed": 1,
                     *         "state": "ok"
                     *       },
                     *       "id": "iss-local",
                     *       "kind": "local_ca",
                     *       "name": "Web",
                     *       "not_after": "2026-05-30T12:00:00Z",
                     *       "paused_at": "2026-03-01T12:00:00Z",
                     *       "paused_because": "text",
                     *       "revision": 1,
                     *       "secrets": [
                     *         "text"
                     *       ],
                     *       "updated_at": "2026-03-01T12:00:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Issuer"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    issuers_delete: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the revision that the change is made for; any when absent
                 * @example "3"
                 */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example iss-local
                 */
                id: components["schemas"]["IssuerId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    issuers_update: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the revision that the change is made for; any when absent
                 * @example "3"
                 */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example iss-local
                 */
                id: components["schemas"]["IssuerId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "name": "Web"
                 *     }
                 */
                "application/json": components["schemas"]["UpdateIssuer"];
            };
        };
        responses: {
            /** @description As it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "chain_pem": "-----BEGIN CERTIFICATE-----\nMIIB...\n-----END CERTIFICATE-----\n",
                     *       "config": {},
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "health": {
                     *         "budget": {
                     *           "limit": 1,
                     *           "next_at": "2026-03-01T12:00:00Z",
                     *           "used": 1,
                     *           "window_seconds": 1
                     *         },
                     *         "failed": 1,
                     *         "failing_since": "2026-03-01T12:00:00Z",
                     *         "last_failure": "text",
                     *         "last_failure_at": "2026-03-01T12:00:00Z",
                     *         "last_success_at": "2026-03-01T12:00:00Z",
                     *         "latency_ms": 1,
                     *         "limited_because": "text",
                     *         "limited_until": "2026-05-30T12:00:00Z",
                     *         "open_jobs": 1,
                     *         "signed": 1,
                     *         "state": "ok"
                     *       },
                     *       "id": "iss-local",
                     *       "kind": "local_ca",
                     *       "name": "Web",
                     *       "not_after": "2026-05-30T12:00:00Z",
                     *       "paused_at": "2026-03-01T12:00:00Z",
                     *       "paused_because": "text",
                     *       "revision": 1,
                     *       "secrets": [
                     *         "text"
                     *       ],
                     *       "updated_at": "2026-03-01T12:00:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Issuer"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    issuers_pause: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example iss-local
                 */
                id: components["schemas"]["IssuerId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "reason": "The host was replaced"
                 *     }
                 */
                "application/json": components["schemas"]["PauseIssuer"];
            };
        };
        responses: {
            /** @description As it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "chain_pem": "-----BEGIN CERTIFICATE-----\nMIIB...\n-----END CERTIFICATE-----\n",
                     *       "config": {},
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "health": {
                     *         "budget": {
                     *           "limit": 1,
                     *           "next_at": "2026-03-01T12:00:00Z",
                     *           "used": 1,
                     *           "window_seconds": 1
                     *         },
                     *         "failed": 1,
                     *         "failing_since": "2026-03-01T12:00:00Z",
                     *         "last_failure": "text",
                     *         "last_failure_at": "2026-03-01T12:00:00Z",
                     *         "last_success_at": "2026-03-01T12:00:00Z",
                     *         "latency_ms": 1,
                     *         "limited_because": "text",
                     *         "limited_until": "2026-05-30T12:00:00Z",
                     *         "open_jobs": 1,
                     *         "signed": 1,
                     *         "state": "ok"
                     *       },
                     *       "id": "iss-local",
                     *       "kind": "local_ca",
                     *       "name": "Web",
                     *       "not_after": "2026-05-30T12:00:00Z",
                     *       "paused_at": "2026-03-01T12:00:00Z",
                     *       "paused_because": "text",
                     *       "revision": 1,
                     *       "secrets": [
                     *         "text"
                     *       ],
                     *       "updated_at": "2026-03-01T12:00:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Issuer"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    issuers_persistent_record: {
        parameters: {
            query: {
                /**
                 * @description A DNS name or a wildcard.
                 * @example *.example.org
                 */
                name: string;
            };
            header?: never;
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example iss-local
                 */
                id: components["schemas"]["IssuerId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The record */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "record": "text",
                     *       "texts": [
                     *         "text"
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["PersistentRecord"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    issuers_replace: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example iss-local
                 */
                id: components["schemas"]["IssuerId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "lifetime_days": 1825,
                 *       "permitted_names": [
                 *         "example.internal",
                 *         "10.0.0.0/8"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["ReplaceCa"];
            };
        };
        responses: {
            /** @description The new CA */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "chain_pem": "-----BEGIN CERTIFICATE-----\nMIIB...\n-----END CERTIFICATE-----\n",
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "cross_certificates": [
                     *         {
                     *           "fingerprint_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *           "not_after": "2026-05-30T12:00:00Z",
                     *           "not_before": "2026-03-01T12:00:00Z",
                     *           "pem": "-----BEGIN CERTIFICATE-----\nMIIB...\n-----END CERTIFICATE-----\n",
                     *           "signed_by": "ca-01m88d75d92xa7ps7zmy69qh31"
                     *         }
                     *       ],
                     *       "excluded_names": [],
                     *       "fingerprint_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "generation": 1,
                     *       "has_key": true,
                     *       "id": "ca-01m88d75d92xa7ps7zmy69qh31",
                     *       "issuer_id": "iss-local",
                     *       "key_algorithm": "ecdsa-p256",
                     *       "live_certificates": 1,
                     *       "not_after": "2026-05-30T12:00:00Z",
                     *       "not_before": "2026-03-01T12:00:00Z",
                     *       "parent_id": "ca-01m88d75d92xa7ps7zmy69qh31",
                     *       "path_length": 1,
                     *       "pem": "-----BEGIN CERTIFICATE-----\nMIIB...\n-----END CERTIFICATE-----\n",
                     *       "permitted_names": [
                     *         "example.internal",
                     *         "10.0.0.0/8"
                     *       ],
                     *       "replaced_at": "2026-03-01T12:00:00Z",
                     *       "replaced_by": "ca-01m88d75d92xa7ps7zmy69qh31",
                     *       "retired_at": "2026-03-01T12:00:00Z",
                     *       "revision": 1,
                     *       "revocation_lists": {
                     *         "crl_urls": [
                     *           "text"
                     *         ],
                     *         "due_at": "2026-03-01T12:00:00Z",
                     *         "entries": 1,
                     *         "last_error": "text",
                     *         "next_update": "2026-03-01T12:00:00Z",
                     *         "ocsp_url": "text",
                     *         "this_update": "2026-03-01T12:00:00Z",
                     *         "waiting": 1
                     *       },
                     *       "role": "root",
                     *       "serial": "3f9a01c27be44d10",
                     *       "state": "active",
                     *       "subject": "CN=Main Issuing",
                     *       "subject_key_id": "5c1f0b7e21d94a6f8e30c2b7a9d4e6f105b8c3d2"
                     *     }
                     */
                    "application/json": components["schemas"]["Ca"];
                };
            };
            /** @description A second person has to confirm it first */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "action": "bulk_revoke",
                     *       "asked_at": "2026-03-01T12:00:00Z",
                     *       "asked_by": {
                     *         "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *         "kind": "api_key"
                     *       },
                     *       "asked_by_name": "text",
                     *       "consequences": [
                     *         "They are revoked at once: what serves them is refused by clients until it has another certificate.",
                     *         "A revocation cannot be taken back."
                     *       ],
                     *       "decided_at": "2026-03-01T12:00:00Z",
                     *       "decided_by": {
                     *         "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *         "kind": "api_key"
                     *       },
                     *       "decided_by_name": "text",
                     *       "ended_at": "2026-03-01T12:00:00Z",
                     *       "error": "text",
                     *       "expires_at": "2026-05-30T12:00:00Z",
                     *       "id": "cf-01m88d75d92xa7ps7zmy69qh31",
                     *       "object_id": "op-01m88d75d92xa7ps7zmy69qh31",
                     *       "object_kind": "operation",
                     *       "own": true,
                     *       "params": {},
                     *       "reason": "The host was replaced",
                     *       "result": "/api/v1/operations/op-01m88d75d92xa7ps7zmy69qh31",
                     *       "revision": 1,
                     *       "state": "waiting",
                     *       "summary": "Revoke 812 certificates (key compromise)"
                     *     }
                     */
                    "application/json": components["schemas"]["Confirmation"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    issuers_resume: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example iss-local
                 */
                id: components["schemas"]["IssuerId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "chain_pem": "-----BEGIN CERTIFICATE-----\nMIIB...\n-----END CERTIFICATE-----\n",
                     *       "config": {},
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "health": {
                     *         "budget": {
                     *           "limit": 1,
                     *           "next_at": "2026-03-01T12:00:00Z",
                     *           "used": 1,
                     *           "window_seconds": 1
                     *         },
                     *         "failed": 1,
                     *         "failing_since": "2026-03-01T12:00:00Z",
                     *         "last_failure": "text",
                     *         "last_failure_at": "2026-03-01T12:00:00Z",
                     *         "last_success_at": "2026-03-01T12:00:00Z",
                     *         "latency_ms": 1,
                     *         "limited_because": "text",
                     *         "limited_until": "2026-05-30T12:00:00Z",
                     *         "open_jobs": 1,
                     *         "signed": 1,
                     *         "state": "ok"
                     *       },
                     *       "id": "iss-local",
                     *       "kind": "local_ca",
                     *       "name": "Web",
                     *       "not_after": "2026-05-30T12:00:00Z",
                     *       "paused_at": "2026-03-01T12:00:00Z",
                     *       "paused_because": "text",
                     *       "revision": 1,
                     *       "secrets": [
                     *         "text"
                     *       ],
                     *       "updated_at": "2026-03-01T12:00:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Issuer"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    issuers_roll_key: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example iss-local
                 */
                id: components["schemas"]["IssuerId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "chain_pem": "-----BEGIN CERTIFICATE-----\nMIIB...\n-----END CERTIFICATE-----\n",
                     *       "config": {},
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "health": {
                     *         "budget": {
                     *           "limit": 1,
                     *           "next_at": "2026-03-01T12:00:00Z",
                     *           "used": 1,
                     *           "window_seconds": 1
                     *         },
                     *         "failed": 1,
                     *         "failing_since": "2026-03-01T12:00:00Z",
                     *         "last_failure": "text",
                     *         "last_failure_at": "2026-03-01T12:00:00Z",
                     *         "last_success_at": "2026-03-01T12:00:00Z",
                     *         "latency_ms": 1,
                     *         "limited_because": "text",
                     *         "limited_until": "2026-05-30T12:00:00Z",
                     *         "open_jobs": 1,
                     *         "signed": 1,
                     *         "state": "ok"
                     *       },
                     *       "id": "iss-local",
                     *       "kind": "local_ca",
                     *       "name": "Web",
                     *       "not_after": "2026-05-30T12:00:00Z",
                     *       "paused_at": "2026-03-01T12:00:00Z",
                     *       "paused_because": "text",
                     *       "revision": 1,
                     *       "secrets": [
                     *         "text"
                     *       ],
                     *       "updated_at": "2026-03-01T12:00:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Issuer"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    issuers_test: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example iss-local
                 */
                id: components["schemas"]["IssuerId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What each step found */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "ok": true,
                     *       "steps": [
                     *         {
                     *           "detail": "text",
                     *           "milliseconds": 1,
                     *           "name": "sign",
                     *           "ok": true
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["TestResult"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    jobs_list: {
        parameters: {
            query?: {
                /** @description Only those by this agent. */
                agent_id?: components["schemas"]["AgentId"];
                /** @description Only those for this certificate. */
                certificate_id?: components["schemas"]["CertificateId"];
                /**
                 * @description Only those written in this range: `..-1h` (more than an hour ago), `-7d..` (in the last 7 days), or with times.
                 * @example -7d..
                 */
                created?: string;
                /** @description Only those written after this time. */
                created_after?: components["schemas"]["Time"];
                /** @description Only those written before this time. */
                created_before?: components["schemas"]["Time"];
                /** @description `next_cursor` of the page before, or an anchor; of the same order. */
                cursor?: string;
                /**
                 * @description Only those that ended in this range, written as `created`.
                 * @example -1d..
                 */
                finished?: string;
                /** @description Only those for certificates of this issuer. */
                issuer_id?: components["schemas"]["IssuerId"];
                /** @description Only those of this kind, or of one of several with commas between. */
                kind?: string;
                /** @description The number of items, 1 to 500; 50 when absent. */
                limit?: number;
                /** @description Only those that were tried at least so often. */
                min_attempts?: number;
                /** @description The order; `-created` (newest first) when absent. */
                sort?: "created" | "-created";
                /** @description Only those in this state, or in one of several with commas between, such as `Pending,Running`. */
                state?: string;
                /** @description Only those to this target. */
                target_id?: components["schemas"]["TargetId"];
                /** @description Only those for certificates of this team. */
                team_id?: components["schemas"]["TeamId"];
                /** @description Whether to count all that match. */
                total?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "agent_id": "ag-web-1",
                     *           "agent_name": "text",
                     *           "approval_because": "text",
                     *           "attempts": 1,
                     *           "cause_code": "cancelled",
                     *           "certificate_id": "mc-web",
                     *           "certificate_name": "text",
                     *           "created_at": "2026-03-01T12:00:00Z",
                     *           "deadline": "2026-05-30T12:00:00Z",
                     *           "deployment_id": "dep-01m88d75d92xa7ps7zmy69qh31",
                     *           "error": "text",
                     *           "finished_at": "2026-03-01T12:00:00Z",
                     *           "held_because": "text",
                     *           "id": "job-01m88d75d92xa7ps7zmy69qh31",
                     *           "kind": "Issuance",
                     *           "max_attempts": 1,
                     *           "reason": "The host was replaced",
                     *           "request_id": "req-3q2-7wkAAQIDBAUG",
                     *           "requested_by": {
                     *             "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *             "kind": "api_key"
                     *           },
                     *           "requested_by_name": "text",
                     *           "run_after": "2026-03-01T12:00:00Z",
                     *           "state": "Pending",
                     *           "target_id": "tgt-web-files",
                     *           "target_name": "text",
                     *           "trace_id": "text",
                     *           "updated_at": "2026-03-01T12:00:00Z",
                     *           "version_id": "cv-01m88d75d92xa7ps7zmy69qh31"
                     *         }
                     *       ],
                     *       "next_cursor": "bWMtd2ViCg",
                     *       "total": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Page_Job"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    jobs_show: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example job-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["JobId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "approvals": [
                     *         {
                     *           "at": "2026-03-01T12:00:00Z",
                     *           "decided_by": {
                     *             "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *             "kind": "api_key"
                     *           },
                     *           "decided_by_name": "text",
                     *           "decision": "approved",
                     *           "id": "apr-01m88d75d92xa7ps7zmy69qh31",
                     *           "reason": "The host was replaced"
                     *         }
                     *       ],
                     *       "job": {
                     *         "agent_id": "ag-web-1",
                     *         "agent_name": "text",
                     *         "approval_because": "text",
                     *         "attempts": 1,
                     *         "cause_code": "cancelled",
                     *         "certificate_id": "mc-web",
                     *         "certificate_name": "text",
                     *         "created_at": "2026-03-01T12:00:00Z",
                     *         "deadline": "2026-05-30T12:00:00Z",
                     *         "deployment_id": "dep-01m88d75d92xa7ps7zmy69qh31",
                     *         "error": "text",
                     *         "finished_at": "2026-03-01T12:00:00Z",
                     *         "held_because": "text",
                     *         "id": "job-01m88d75d92xa7ps7zmy69qh31",
                     *         "kind": "Issuance",
                     *         "max_attempts": 1,
                     *         "reason": "The host was replaced",
                     *         "request_id": "req-3q2-7wkAAQIDBAUG",
                     *         "requested_by": {
                     *           "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *           "kind": "api_key"
                     *         },
                     *         "requested_by_name": "text",
                     *         "run_after": "2026-03-01T12:00:00Z",
                     *         "state": "Pending",
                     *         "target_id": "tgt-web-files",
                     *         "target_name": "text",
                     *         "trace_id": "text",
                     *         "updated_at": "2026-03-01T12:00:00Z",
                     *         "version_id": "cv-01m88d75d92xa7ps7zmy69qh31"
                     *       },
                     *       "order": {
                     *         "began_at": "2026-03-01T12:00:00Z",
                     *         "challenges": [
                     *           {
                     *             "created_at": "2026-03-01T12:00:00Z",
                     *             "detail": "text",
                     *             "id": "chl-01m88d75d92xa7ps7zmy69qh31",
                     *             "kind": "http-01",
                     *             "name": "Web",
                     *             "place": "text",
                     *             "record": "text",
                     *             "state": "wanted",
                     *             "updated_at": "2026-03-01T12:00:00Z"
                     *           }
                     *         ],
                     *         "deadline_at": "2026-05-30T12:00:00Z",
                     *         "doing": "text",
                     *         "ended_at": "2026-03-01T12:00:00Z",
                     *         "issuer_id": "iss-local",
                     *         "updated_at": "2026-03-01T12:00:00Z"
                     *       },
                     *       "steps": [
                     *         {
                     *           "at": "2026-03-01T12:00:00Z",
                     *           "attempt": 1,
                     *           "detail": "text",
                     *           "milliseconds": 1,
                     *           "name": "stage",
                     *           "outcome": "ok"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["JobDetail"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    approvals_approve: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example job-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["JobId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "reason": "The host was replaced"
                 *     }
                 */
                "application/json": components["schemas"]["Approve"];
            };
        };
        responses: {
            /** @description The job as it goes on */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "agent_id": "ag-web-1",
                     *       "agent_name": "text",
                     *       "approval_because": "text",
                     *       "attempts": 1,
                     *       "cause_code": "cancelled",
                     *       "certificate_id": "mc-web",
                     *       "certificate_name": "text",
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "deadline": "2026-05-30T12:00:00Z",
                     *       "deployment_id": "dep-01m88d75d92xa7ps7zmy69qh31",
                     *       "error": "text",
                     *       "finished_at": "2026-03-01T12:00:00Z",
                     *       "held_because": "text",
                     *       "id": "job-01m88d75d92xa7ps7zmy69qh31",
                     *       "kind": "Issuance",
                     *       "max_attempts": 1,
                     *       "reason": "The host was replaced",
                     *       "request_id": "req-3q2-7wkAAQIDBAUG",
                     *       "requested_by": {
                     *         "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *         "kind": "api_key"
                     *       },
                     *       "requested_by_name": "text",
                     *       "run_after": "2026-03-01T12:00:00Z",
                     *       "state": "Pending",
                     *       "target_id": "tgt-web-files",
                     *       "target_name": "text",
                     *       "trace_id": "text",
                     *       "updated_at": "2026-03-01T12:00:00Z",
                     *       "version_id": "cv-01m88d75d92xa7ps7zmy69qh31"
                     *     }
                     */
                    "application/json": components["schemas"]["Job"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    jobs_cancel: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example job-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["JobId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "reason": "The host was replaced"
                 *     }
                 */
                "application/json": components["schemas"]["JobAction"];
            };
        };
        responses: {
            /** @description It was done; as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "agent_id": "ag-web-1",
                     *       "agent_name": "text",
                     *       "approval_because": "text",
                     *       "attempts": 1,
                     *       "cause_code": "cancelled",
                     *       "certificate_id": "mc-web",
                     *       "certificate_name": "text",
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "deadline": "2026-05-30T12:00:00Z",
                     *       "deployment_id": "dep-01m88d75d92xa7ps7zmy69qh31",
                     *       "error": "text",
                     *       "finished_at": "2026-03-01T12:00:00Z",
                     *       "held_because": "text",
                     *       "id": "job-01m88d75d92xa7ps7zmy69qh31",
                     *       "kind": "Issuance",
                     *       "max_attempts": 1,
                     *       "reason": "The host was replaced",
                     *       "request_id": "req-3q2-7wkAAQIDBAUG",
                     *       "requested_by": {
                     *         "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *         "kind": "api_key"
                     *       },
                     *       "requested_by_name": "text",
                     *       "run_after": "2026-03-01T12:00:00Z",
                     *       "state": "Pending",
                     *       "target_id": "tgt-web-files",
                     *       "target_name": "text",
                     *       "trace_id": "text",
                     *       "updated_at": "2026-03-01T12:00:00Z",
                     *       "version_id": "cv-01m88d75d92xa7ps7zmy69qh31"
                     *     }
                     */
                    "application/json": components["schemas"]["Job"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    approvals_reject: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example job-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["JobId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "The host was replaced"
                 *     }
                 */
                "application/json": components["schemas"]["Reject"];
            };
        };
        responses: {
            /** @description The job as it ended */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "agent_id": "ag-web-1",
                     *       "agent_name": "text",
                     *       "approval_because": "text",
                     *       "attempts": 1,
                     *       "cause_code": "cancelled",
                     *       "certificate_id": "mc-web",
                     *       "certificate_name": "text",
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "deadline": "2026-05-30T12:00:00Z",
                     *       "deployment_id": "dep-01m88d75d92xa7ps7zmy69qh31",
                     *       "error": "text",
                     *       "finished_at": "2026-03-01T12:00:00Z",
                     *       "held_because": "text",
                     *       "id": "job-01m88d75d92xa7ps7zmy69qh31",
                     *       "kind": "Issuance",
                     *       "max_attempts": 1,
                     *       "reason": "The host was replaced",
                     *       "request_id": "req-3q2-7wkAAQIDBAUG",
                     *       "requested_by": {
                     *         "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *         "kind": "api_key"
                     *       },
                     *       "requested_by_name": "text",
                     *       "run_after": "2026-03-01T12:00:00Z",
                     *       "state": "Pending",
                     *       "target_id": "tgt-web-files",
                     *       "target_name": "text",
                     *       "trace_id": "text",
                     *       "updated_at": "2026-03-01T12:00:00Z",
                     *       "version_id": "cv-01m88d75d92xa7ps7zmy69qh31"
                     *     }
                     */
                    "application/json": components["schemas"]["Job"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    jobs_retry: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example job-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["JobId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "reason": "The host was replaced"
                 *     }
                 */
                "application/json": components["schemas"]["JobAction"];
            };
        };
        responses: {
            /** @description It was done; as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "agent_id": "ag-web-1",
                     *       "agent_name": "text",
                     *       "approval_because": "text",
                     *       "attempts": 1,
                     *       "cause_code": "cancelled",
                     *       "certificate_id": "mc-web",
                     *       "certificate_name": "text",
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "deadline": "2026-05-30T12:00:00Z",
                     *       "deployment_id": "dep-01m88d75d92xa7ps7zmy69qh31",
                     *       "error": "text",
                     *       "finished_at": "2026-03-01T12:00:00Z",
                     *       "held_because": "text",
                     *       "id": "job-01m88d75d92xa7ps7zmy69qh31",
                     *       "kind": "Issuance",
                     *       "max_attempts": 1,
                     *       "reason": "The host was replaced",
                     *       "request_id": "req-3q2-7wkAAQIDBAUG",
                     *       "requested_by": {
                     *         "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *         "kind": "api_key"
                     *       },
                     *       "requested_by_name": "text",
                     *       "run_after": "2026-03-01T12:00:00Z",
                     *       "state": "Pending",
                     *       "target_id": "tgt-web-files",
                     *       "target_name": "text",
                     *       "trace_id": "text",
                     *       "updated_at": "2026-03-01T12:00:00Z",
                     *       "version_id": "cv-01m88d75d92xa7ps7zmy69qh31"
                     *     }
                     */
                    "application/json": components["schemas"]["Job"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    jobs_anchors: {
        parameters: {
            query?: {
                /** @description Only those by this agent. */
                agent_id?: components["schemas"]["AgentId"];
                /** @description Only those for this certificate. */
                certificate_id?: components["schemas"]["CertificateId"];
                /**
                 * @description Only those written in this range: `..-1h` (more than an hour ago), `-7d..` (in the last 7 days), or with times.
                 * @example -7d..
                 */
                created?: string;
                /** @description Only those written after this time. */
                created_after?: components["schemas"]["Time"];
                /** @description Only those written before this time. */
                created_before?: components["schemas"]["Time"];
                /**
                 * @description Only those that ended in this range, written as `created`.
                 * @example -1d..
                 */
                finished?: string;
                /** @description Only those for certificates of this issuer. */
                issuer_id?: components["schemas"]["IssuerId"];
                /** @description Only those of this kind, or of one of several with commas between. */
                kind?: string;
                /** @description Only those that were tried at least so often. */
                min_attempts?: number;
                /** @description The order; `-created` (newest first) when absent. */
                sort?: "created" | "-created";
                /** @description Only those in this state, or in one of several with commas between, such as `Pending,Running`. */
                state?: string;
                /** @description Only those to this target. */
                target_id?: components["schemas"]["TargetId"];
                /** @description Only those for certificates of this team. */
                team_id?: components["schemas"]["TeamId"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "anchors": [
                     *         "text"
                     *       ],
                     *       "approximate": true,
                     *       "as_of": "2026-03-01T12:00:00Z",
                     *       "every": 1,
                     *       "total": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Anchors"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    jobs_export: {
        parameters: {
            query?: {
                /** @description Only those by this agent. */
                agent_id?: components["schemas"]["AgentId"];
                /** @description Only those for this certificate. */
                certificate_id?: components["schemas"]["CertificateId"];
                /** @description Only these columns, by their names, with commas between; all when absent. */
                columns?: string;
                /**
                 * @description Only those written in this range: `..-1h` (more than an hour ago), `-7d..` (in the last 7 days), or with times.
                 * @example -7d..
                 */
                created?: string;
                /** @description Only those written after this time. */
                created_after?: components["schemas"]["Time"];
                /** @description Only those written before this time. */
                created_before?: components["schemas"]["Time"];
                /**
                 * @description Only those that ended in this range, written as `created`.
                 * @example -1d..
                 */
                finished?: string;
                /** @description The form; `csv` when absent. `jsonl` is another word for `ndjson`. */
                format?: components["schemas"]["ExportFormat"];
                /** @description Only those for certificates of this issuer. */
                issuer_id?: components["schemas"]["IssuerId"];
                /** @description Only those of this kind, or of one of several with commas between. */
                kind?: string;
                /** @description Only those that were tried at least so often. */
                min_attempts?: number;
                /** @description Only those in this state, or in one of several with commas between, such as `Pending,Running`. */
                state?: string;
                /** @description Only those to this target. */
                target_id?: components["schemas"]["TargetId"];
                /** @description Only those for certificates of this team. */
                team_id?: components["schemas"]["TeamId"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "count": 1,
                     *       "export": {
                     *         "columns": [
                     *           "text"
                     *         ],
                     *         "exported_at": "2026-03-01T12:00:00Z",
                     *         "exported_by": {
                     *           "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *           "kind": "api_key"
                     *         },
                     *         "filter": {},
                     *         "matching": 1,
                     *         "noun": "text",
                     *         "request_id": "req-3q2-7wkAAQIDBAUG"
                     *       },
                     *       "items": [
                     *         {}
                     *       ],
                     *       "seals": [
                     *         {}
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Exported"];
                    /** @example text */
                    "application/x-ndjson": string;
                    /** @example text */
                    "text/csv": string;
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    jobs_facets: {
        parameters: {
            query?: {
                /** @description Only those by this agent. */
                agent_id?: components["schemas"]["AgentId"];
                /** @description Only those for this certificate. */
                certificate_id?: components["schemas"]["CertificateId"];
                /**
                 * @description Only those written in this range: `..-1h` (more than an hour ago), `-7d..` (in the last 7 days), or with times.
                 * @example -7d..
                 */
                created?: string;
                /** @description Only those written after this time. */
                created_after?: components["schemas"]["Time"];
                /** @description Only those written before this time. */
                created_before?: components["schemas"]["Time"];
                /**
                 * @description Only those that ended in this range, written as `created`.
                 * @example -1d..
                 */
                finished?: string;
                /** @description Only those for certificates of this issuer. */
                issuer_id?: components["schemas"]["IssuerId"];
                /** @description Only those of this kind, or of one of several with commas between. */
                kind?: string;
                /** @description Only those that were tried at least so often. */
                min_attempts?: number;
                /** @description Only those in this state, or in one of several with commas between, such as `Pending,Running`. */
                state?: string;
                /** @description Only those to this target. */
                target_id?: components["schemas"]["TargetId"];
                /** @description Only those for certificates of this team. */
                team_id?: components["schemas"]["TeamId"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "approximate": true,
                     *       "as_of": "2026-03-01T12:00:00Z",
                     *       "facets": [
                     *         {
                     *           "facet": "status",
                     *           "other_count": 1,
                     *           "other_values": 1,
                     *           "values": [
                     *             {
                     *               "count": 1,
                     *               "value": "none"
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "total": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Facets"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    jobs_retry_many: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "reason": "The host was replaced"
                 *     }
                 */
                "application/json": components["schemas"]["RetryJobs"];
            };
        };
        responses: {
            /** @description What came of each */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "code": "text",
                     *           "detail": "text",
                     *           "job_id": "job-01m88d75d92xa7ps7zmy69qh31",
                     *           "ok": true
                     *         }
                     *       ],
                     *       "left": 1,
                     *       "refused": 1,
                     *       "retried": 1
                     *     }
                     */
                    "application/json": components["schemas"]["JobsRetried"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    needs_find: {
        parameters: {
            query?: {
                /**
                 * @description Only those that turn into an outage this soon: `urgent` (within 48 hours), `week`, `later`; or `waiting`.
                 * @example urgent
                 */
                band?: components["schemas"]["NeedBand"];
                /** @description Only what touches certificates in this environment. */
                environment?: string;
                /** @description Whether those that the caller has hidden are answered too. */
                hidden?: boolean;
                /** @description The most that are answered, 1 to 200; 50 when absent. `total` counts the others too. */
                limit?: number;
                /** @description Only what touches certificates of this team. */
                team_id?: components["schemas"]["TeamId"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The needs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "as_of": "2026-03-01T12:00:00Z",
                     *       "hidden": 1,
                     *       "items": [
                     *         {
                     *           "actions": [
                     *             {
                     *               "code": "renew",
                     *               "method": "text",
                     *               "path": "/api/v1",
                     *               "permission": "certificates.read"
                     *             }
                     *           ],
                     *           "alerts": {
                     *             "acknowledged": 1,
                     *             "open": 1,
                     *             "snoozed": 1,
                     *             "snoozed_until": "2026-05-30T12:00:00Z"
                     *           },
                     *           "band": "urgent",
                     *           "blast": {
                     *             "certificates": 1,
                     *             "environments": [
                     *               "text"
                     *             ],
                     *             "targets": 1
                     *           },
                     *           "code": "own_certificate_expiring",
                     *           "deadline": "2026-05-30T12:00:00Z",
                     *           "hidden_because": "text",
                     *           "hidden_until": "2026-05-30T12:00:00Z",
                     *           "hidden_until_change": true,
                     *           "id": "issuer_unreachable:iss-local",
                     *           "params": {},
                     *           "rows": {
                     *             "path": "/certificates",
                     *             "query": {}
                     *           },
                     *           "sample_id": "mc-web",
                     *           "since": "2026-03-01T12:00:00Z",
                     *           "title": "text"
                     *         }
                     *       ],
                     *       "snoozed": 1,
                     *       "total": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Needs"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    needs_snooze: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "cause": "issuer_unreachable:iss-local",
                 *       "for_seconds": 14400,
                 *       "reason": "It moves on Monday."
                 *     }
                 */
                "application/json": components["schemas"]["SnoozeNeed"];
            };
        };
        responses: {
            /** @description It is hidden */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "cause": "id",
                     *       "until": "2026-05-30T12:00:00Z",
                     *       "until_change": true
                     *     }
                     */
                    "application/json": components["schemas"]["NeedSnoozed"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    needs_wake: {
        parameters: {
            query: {
                /**
                 * @description Its `id`, such as `issuer_unreachable:iss-local`.
                 * @example issuer_unreachable:iss-local
                 */
                cause: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is shown */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    notifications_list: {
        parameters: {
            query?: {
                /** @description Only those of this alert. */
                alert_id?: components["schemas"]["AlertId"];
                /** @description Only those that concern this certificate. */
                certificate_id?: components["schemas"]["CertificateId"];
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /**
                 * @description Any of these events, with commas, such as `opened,closed`; all but `digest` when absent.
                 * @example opened,changed
                 */
                event?: string;
                /**
                 * @description Of alerts of any of these kinds, with commas.
                 * @example renewal_failing,job_stuck
                 */
                kind?: string;
                /** @description The number of items, 1 to 500; 50 when absent. */
                limit?: number;
                /** @description Only those with a delivery by this notifier. */
                notifier_id?: components["schemas"]["NotifierId"];
                /** @description Only those of this object. */
                object_id?: string;
                /** @description Only those that somebody has read, or nobody. */
                read?: boolean;
                /**
                 * @description Any of these severities, with commas: `info`, `warning`, `critical`.
                 * @example critical
                 */
                severity?: string;
                /**
                 * @description Only those with a delivery in any of these states, with commas, such as `dead,undeliverable`.
                 * @example dead,undeliverable
                 */
                state?: string;
                /** @description Whether to count all that match. */
                total?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "alert_id": "al-01m88d75d92xa7ps7zmy69qh31",
                     *           "cause": "text",
                     *           "certificate_id": "mc-web",
                     *           "created_at": "2026-03-01T12:00:00Z",
                     *           "deliveries": [
                     *             {
                     *               "attempts": 1,
                     *               "created_at": "2026-03-01T12:00:00Z",
                     *               "digest_id": "ne-01m88d75d92xa7ps7zmy69qh31",
                     *               "error": "text",
                     *               "next_try_at": "2026-03-01T12:00:00Z",
                     *               "notifier_id": "nt-01m88d75d92xa7ps7zmy69qh31",
                     *               "owner_id": "o-web-team",
                     *               "receipt": "text",
                     *               "sent_at": "2026-03-01T12:00:00Z",
                     *               "state": "pending"
                     *             }
                     *           ],
                     *           "environment": "production",
                     *           "event": "opened",
                     *           "id": "ne-01m88d75d92xa7ps7zmy69qh31",
                     *           "kind": "certificate_expiring",
                     *           "object_id": "text",
                     *           "object_kind": "text",
                     *           "owner_id": "o-web-team",
                     *           "read_at": "2026-03-01T12:00:00Z",
                     *           "read_by": "text",
                     *           "severity": "info",
                     *           "team_id": "t-web",
                     *           "title": "text"
                     *         }
                     *       ],
                     *       "next_cursor": "bWMtd2ViCg",
                     *       "total": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Page_Notification"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    notifications_show: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example ne-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["NotificationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "alert_id": "al-01m88d75d92xa7ps7zmy69qh31",
                     *       "cause": "text",
                     *       "certificate_id": "mc-web",
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "deliveries": [
                     *         {
                     *           "attempts": 1,
                     *           "created_at": "2026-03-01T12:00:00Z",
                     *           "digest_id": "ne-01m88d75d92xa7ps7zmy69qh31",
                     *           "error": "text",
                     *           "next_try_at": "2026-03-01T12:00:00Z",
                     *           "notifier_id": "nt-01m88d75d92xa7ps7zmy69qh31",
                     *           "owner_id": "o-web-team",
                     *           "receipt": "text",
                     *           "sent_at": "2026-03-01T12:00:00Z",
                     *           "state": "pending"
                     *         }
                     *       ],
                     *       "environment": "production",
                     *       "event": "opened",
                     *       "id": "ne-01m88d75d92xa7ps7zmy69qh31",
                     *       "kind": "certificate_expiring",
                     *       "object_id": "text",
                     *       "object_kind": "text",
                     *       "owner_id": "o-web-team",
                     *       "read_at": "2026-03-01T12:00:00Z",
                     *       "read_by": "text",
                     *       "severity": "info",
                     *       "team_id": "t-web",
                     *       "title": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["Notification"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    notifications_read: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example ne-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["NotificationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "alert_id": "al-01m88d75d92xa7ps7zmy69qh31",
                     *       "cause": "text",
                     *       "certificate_id": "mc-web",
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "deliveries": [
                     *         {
                     *           "attempts": 1,
                     *           "created_at": "2026-03-01T12:00:00Z",
                     *           "digest_id": "ne-01m88d75d92xa7ps7zmy69qh31",
                     *           "error": "text",
                     *           "next_try_at": "2026-03-01T12:00:00Z",
                     *           "notifier_id": "nt-01m88d75d92xa7ps7zmy69qh31",
                     *           "owner_id": "o-web-team",
                     *           "receipt": "text",
                     *           "sent_at": "2026-03-01T12:00:00Z",
                     *           "state": "pending"
                     *         }
                     *       ],
                     *       "environment": "production",
                     *       "event": "opened",
                     *       "id": "ne-01m88d75d92xa7ps7zmy69qh31",
                     *       "kind": "certificate_expiring",
                     *       "object_id": "text",
                     *       "object_kind": "text",
                     *       "owner_id": "o-web-team",
                     *       "read_at": "2026-03-01T12:00:00Z",
                     *       "read_by": "text",
                     *       "severity": "info",
                     *       "team_id": "t-web",
                     *       "title": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["Notification"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    notifications_retry: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example ne-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["NotificationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "alert_id": "al-01m88d75d92xa7ps7zmy69qh31",
                     *       "cause": "text",
                     *       "certificate_id": "mc-web",
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "deliveries": [
                     *         {
                     *           "attempts": 1,
                     *           "created_at": "2026-03-01T12:00:00Z",
                     *           "digest_id": "ne-01m88d75d92xa7ps7zmy69qh31",
                     *           "error": "text",
                     *           "next_try_at": "2026-03-01T12:00:00Z",
                     *           "notifier_id": "nt-01m88d75d92xa7ps7zmy69qh31",
                     *           "owner_id": "o-web-team",
                     *           "receipt": "text",
                     *           "sent_at": "2026-03-01T12:00:00Z",
                     *           "state": "pending"
                     *         }
                     *       ],
                     *       "environment": "production",
                     *       "event": "opened",
                     *       "id": "ne-01m88d75d92xa7ps7zmy69qh31",
                     *       "kind": "certificate_expiring",
                     *       "object_id": "text",
                     *       "object_kind": "text",
                     *       "owner_id": "o-web-team",
                     *       "read_at": "2026-03-01T12:00:00Z",
                     *       "read_by": "text",
                     *       "severity": "info",
                     *       "team_id": "t-web",
                     *       "title": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["Notification"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    notifications_read_all: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How many */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "more": true,
                     *       "read": 1
                     *     }
                     */
                    "application/json": components["schemas"]["NotificationsRead"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    notifiers_kinds: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The kinds */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "kind": "smtp",
                     *         "schema": {},
                     *         "title": "text"
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["NotifierKindInfo"][];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    notifiers_list: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description The number of items, 1 to 500; 50 when absent. */
                limit?: number;
                /** @description Whether to count all items, not only those of the page. */
                total?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "config": {},
                     *           "created_at": "2026-03-01T12:00:00Z",
                     *           "digest": {
                     *             "critical_at_once": true,
                     *             "daily_at": "text",
                     *             "every_minutes": 1,
                     *             "time_zone": "Europe/Paris"
                     *           },
                     *           "enabled": true,
                     *           "health": {
                     *             "digest_at": "2026-03-01T12:00:00Z",
                     *             "failing_since": "2026-03-01T12:00:00Z",
                     *             "gave_up_at": "2026-03-01T12:00:00Z",
                     *             "hold_until": "2026-05-30T12:00:00Z",
                     *             "last_error": "text",
                     *             "last_sent_at": "2026-03-01T12:00:00Z",
                     *             "ok": true
                     *           },
                     *           "id": "nt-01m88d75d92xa7ps7zmy69qh31",
                     *           "kind": "smtp",
                     *           "name": "Web",
                     *           "own_template": true,
                     *           "revision": 1,
                     *           "routing": {
                     *             "closed": true,
                     *             "environments": [
                     *               "text"
                     *             ],
                     *             "kinds": [
                     *               "certificate_expiring"
                     *             ],
                     *             "min_severity": "info",
                     *             "team_ids": [
                     *               "t-web"
                     *             ]
                     *           },
                     *           "secrets": [
                     *             "text"
                     *           ],
                     *           "updated_at": "2026-03-01T12:00:00Z"
                     *         }
                     *       ],
                     *       "next_cursor": "bWMtd2ViCg",
                     *       "total": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Page_Notifier"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    notifiers_create: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "config": {
                 *         "secrets": [
                 *           "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
                 *         ],
                 *         "url": "https://hooks.example.com/certctl"
                 *       },
                 *       "kind": "webhook",
                 *       "name": "Operations",
                 *       "routing": {
                 *         "min_severity": "warning"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["CreateNotifier"];
            };
        };
        responses: {
            /** @description It was made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "config": {},
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "digest": {
                     *         "critical_at_once": true,
                     *         "daily_at": "text",
                     *         "every_minutes": 1,
                     *         "time_zone": "Europe/Paris"
                     *       },
                     *       "enabled": true,
                     *       "health": {
                     *         "digest_at": "2026-03-01T12:00:00Z",
                     *         "failing_since": "2026-03-01T12:00:00Z",
                     *         "gave_up_at": "2026-03-01T12:00:00Z",
                     *         "hold_until": "2026-05-30T12:00:00Z",
                     *         "last_error": "text",
                     *         "last_sent_at": "2026-03-01T12:00:00Z",
                     *         "ok": true
                     *       },
                     *       "id": "nt-01m88d75d92xa7ps7zmy69qh31",
                     *       "kind": "smtp",
                     *       "name": "Web",
                     *       "own_template": true,
                     *       "revision": 1,
                     *       "routing": {
                     *         "closed": true,
                     *         "environments": [
                     *           "text"
                     *         ],
                     *         "kinds": [
                     *           "certificate_expiring"
                     *         ],
                     *         "min_severity": "info",
                     *         "team_ids": [
                     *           "t-web"
                     *         ]
                     *       },
                     *       "secrets": [
                     *         "text"
                     *       ],
                     *       "updated_at": "2026-03-01T12:00:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Notifier"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    notifiers_show: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example nt-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["NotifierId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "config": {},
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "digest": {
                     *         "critical_at_once": true,
                     *         "daily_at": "text",
                     *         "every_minutes": 1,
                     *         "time_zone": "Europe/Paris"
                     *       },
                     *       "enabled": true,
                     *       "health": {
                     *         "digest_at": "2026-03-01T12:00:00Z",
                     *         "failing_since": "2026-03-01T12:00:00Z",
                     *         "gave_up_at": "2026-03-01T12:00:00Z",
                     *         "hold_until": "2026-05-30T12:00:00Z",
                     *         "last_error": "text",
                     *         "last_sent_at": "2026-03-01T12:00:00Z",
                     *         "ok": true
                     *       },
                     *       "id": "nt-01m88d75d92xa7ps7zmy69qh31",
                     *       "kind": "smtp",
                     *       "name": "Web",
                     *       "own_template": true,
                     *       "revision": 1,
                     *       "routing": {
                     *         "closed": true,
                     *         "environments": [
                     *           "text"
                     *         ],
                     *         "kinds": [
                     *           "certificate_expiring"
                     *         ],
                     *         "min_severity": "info",
                     *         "team_ids": [
                     *           "t-web"
                     *         ]
                     *       },
                     *       "secrets": [
                     *         "text"
                     *       ],
                     *       "updated_at": "2026-03-01T12:00:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Notifier"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    notifiers_delete: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the revision that the change is made for; any when absent
                 * @example "3"
                 */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example nt-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["NotifierId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    notifiers_update: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the revision that the change is made for; any when absent
                 * @example "3"
                 */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example nt-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["NotifierId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "enabled": true,
                 *       "name": "Operations",
                 *       "routing": {
                 *         "min_severity": "critical"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["UpdateNotifier"];
            };
        };
        responses: {
            /** @description As it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "config": {},
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "digest": {
                     *         "critical_at_once": true,
                     *         "daily_at": "text",
                     *         "every_minutes": 1,
                     *         "time_zone": "Europe/Paris"
                     *       },
                     *       "enabled": true,
                     *       "health": {
                     *         "digest_at": "2026-03-01T12:00:00Z",
                     *         "failing_since": "2026-03-01T12:00:00Z",
                     *         "gave_up_at": "2026-03-01T12:00:00Z",
                     *         "hold_until": "2026-05-30T12:00:00Z",
                     *         "last_error": "text",
                     *         "last_sent_at": "2026-03-01T12:00:00Z",
                     *         "ok": true
                     *       },
                     *       "id": "nt-01m88d75d92xa7ps7zmy69qh31",
                     *       "kind": "smtp",
                     *       "name": "Web",
                     *       "own_template": true,
                     *       "revision": 1,
                     *       "routing": {
                     *         "closed": true,
                     *         "environments": [
                     *           "text"
                     *         ],
                     *         "kinds": [
                     *           "certificate_expiring"
                     *         ],
                     *         "min_severity": "info",
                     *         "team_ids": [
                     *           "t-web"
                     *         ]
                     *       },
                     *       "secrets": [
                     *         "text"
                     *       ],
                     *       "updated_at": "2026-03-01T12:00:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Notifier"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    notifiers_preview: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example nt-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["NotifierId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "text": "{{ cause }}, see {{ url }}"
                 *     }
                 */
                "application/json": components["schemas"]["PreviewNotifierTemplate"];
            };
        };
        responses: {
            /** @description The message */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "html": "text",
                     *       "text": "text",
                     *       "title": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["RenderedMessage"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    notifiers_template: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example nt-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["NotifierId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description They */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "html": "text",
                     *       "own": [
                     *         "text"
                     *       ],
                     *       "revision": 1,
                     *       "text": "text",
                     *       "title": "text",
                     *       "variables": [
                     *         {
                     *           "about": "text",
                     *           "name": "Web"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["NotifierTemplate"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    notifiers_put_template: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the revision that the change is made for; any when absent
                 * @example "3"
                 */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example nt-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["NotifierId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "title": "{{ severity | upper }}: {{ title }}"
                 *     }
                 */
                "application/json": components["schemas"]["PutNotifierTemplate"];
            };
        };
        responses: {
            /** @description As they are now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "html": "text",
                     *       "own": [
                     *         "text"
                     *       ],
                     *       "revision": 1,
                     *       "text": "text",
                     *       "title": "text",
                     *       "variables": [
                     *         {
                     *           "about": "text",
                     *           "name": "Web"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["NotifierTemplate"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    notifiers_test: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example nt-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["NotifierId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What each step found */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "ok": true,
                     *       "steps": [
                     *         {
                     *           "detail": "text",
                     *           "milliseconds": 1,
                     *           "name": "sign",
                     *           "ok": true
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["TestResult"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    health_openapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /** @example {} */
                    "application/json": Record<string, never>;
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    operations_list: {
        parameters: {
            query?: {
                /** @description Only those that do this. */
                action?: components["schemas"]["BulkAction"];
                /** @description Only those of this caller: the id of a key or user. */
                actor?: string;
                /** @description Only those planned after this time. */
                created_after?: components["schemas"]["Time"];
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description The number of items, 1 to 500; 50 when absent. */
                limit?: number;
                /** @description Only those in this state; all that were started when absent. */
                state?: components["schemas"]["OperationState"];
                /** @description Whether to count all that match. */
                total?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "action": "renew",
                     *           "actor": {
                     *             "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *             "kind": "api_key"
                     *           },
                     *           "cause": "text",
                     *           "created_at": "2026-03-01T12:00:00Z",
                     *           "done": 1,
                     *           "estimated_finish_at": "2026-03-01T12:00:00Z",
                     *           "failed": 1,
                     *           "finished_at": "2026-03-01T12:00:00Z",
                     *           "id": "op-01m88d75d92xa7ps7zmy69qh31",
                     *           "params": {},
                     *           "plan": {},
                     *           "processed": 1,
                     *           "reason": "The host was replaced",
                     *           "selected": 1,
                     *           "selection": {},
                     *           "skipped": 1,
                     *           "started_at": "2026-03-01T12:00:00Z",
                     *           "state": "Planning",
                     *           "updated_at": "2026-03-01T12:00:00Z"
                     *         }
                     *       ],
                     *       "next_cursor": "bWMtd2ViCg",
                     *       "total": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Page_Operation"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    operations_show: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example op-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["OperationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "action": "renew",
                     *       "actor": {
                     *         "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *         "kind": "api_key"
                     *       },
                     *       "cause": "text",
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "done": 1,
                     *       "estimated_finish_at": "2026-03-01T12:00:00Z",
                     *       "failed": 1,
                     *       "finished_at": "2026-03-01T12:00:00Z",
                     *       "id": "op-01m88d75d92xa7ps7zmy69qh31",
                     *       "params": {},
                     *       "plan": {},
                     *       "processed": 1,
                     *       "reason": "The host was replaced",
                     *       "selected": 1,
                     *       "selection": {},
                     *       "skipped": 1,
                     *       "started_at": "2026-03-01T12:00:00Z",
                     *       "state": "Planning",
                     *       "updated_at": "2026-03-01T12:00:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Operation"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    operations_cancel: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example op-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["OperationId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "reason": "The host was replaced"
                 *     }
                 */
                "application/json": components["schemas"]["OperationAction"];
            };
        };
        responses: {
            /** @description It was done; as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "action": "renew",
                     *       "actor": {
                     *         "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *         "kind": "api_key"
                     *       },
                     *       "cause": "text",
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "done": 1,
                     *       "estimated_finish_at": "2026-03-01T12:00:00Z",
                     *       "failed": 1,
                     *       "finished_at": "2026-03-01T12:00:00Z",
                     *       "id": "op-01m88d75d92xa7ps7zmy69qh31",
                     *       "params": {},
                     *       "plan": {},
                     *       "processed": 1,
                     *       "reason": "The host was replaced",
                     *       "selected": 1,
                     *       "selection": {},
                     *       "skipped": 1,
                     *       "started_at": "2026-03-01T12:00:00Z",
                     *       "state": "Planning",
                     *       "updated_at": "2026-03-01T12:00:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Operation"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    operations_list_items: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description The number of items, 1 to 500; 50 when absent. */
                limit?: number;
                /** @description Only those with this result. */
                result?: components["schemas"]["ItemResult"];
            };
            header?: never;
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example op-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["OperationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "at": "2026-03-01T12:00:00Z",
                     *           "cause": "text",
                     *           "certificate_id": "mc-web",
                     *           "code": "text",
                     *           "job_ids": [
                     *             "job-01m88d75d92xa7ps7zmy69qh31"
                     *           ],
                     *           "result": "done"
                     *         }
                     *       ],
                     *       "next_cursor": "bWMtd2ViCg",
                     *       "total": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Page_OperationItem"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    operations_retry_failed: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example op-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["OperationId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "reason": "The host was replaced"
                 *     }
                 */
                "application/json": components["schemas"]["OperationAction"];
            };
        };
        responses: {
            /** @description The new operation */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "action": "renew",
                     *       "actor": {
                     *         "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *         "kind": "api_key"
                     *       },
                     *       "cause": "text",
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "done": 1,
                     *       "estimated_finish_at": "2026-03-01T12:00:00Z",
                     *       "failed": 1,
                     *       "finished_at": "2026-03-01T12:00:00Z",
                     *       "id": "op-01m88d75d92xa7ps7zmy69qh31",
                     *       "params": {},
                     *       "plan": {},
                     *       "processed": 1,
                     *       "reason": "The host was replaced",
                     *       "selected": 1,
                     *       "selection": {},
                     *       "skipped": 1,
                     *       "started_at": "2026-03-01T12:00:00Z",
                     *       "state": "Planning",
                     *       "updated_at": "2026-03-01T12:00:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["StartedOperation"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    owners_list: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description The number of items, 1 to 500; 50 when absent. */
                limit?: number;
                /** @description Whether to count all items, not only those of the page. */
                total?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "created_at": "2026-03-01T12:00:00Z",
                     *           "email": "web@example.org",
                     *           "id": "o-web-team",
                     *           "name": "Web",
                     *           "revision": 1,
                     *           "updated_at": "2026-03-01T12:00:00Z"
                     *         }
                     *       ],
                     *       "next_cursor": "bWMtd2ViCg",
                     *       "total": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Page_Owner"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    owners_create: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "web@example.org",
                 *       "name": "Web"
                 *     }
                 */
                "application/json": components["schemas"]["CreateOwner"];
            };
        };
        responses: {
            /** @description It was made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "email": "web@example.org",
                     *       "id": "o-web-team",
                     *       "name": "Web",
                     *       "revision": 1,
                     *       "updated_at": "2026-03-01T12:00:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Owner"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    owners_show: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example o-web-team
                 */
                id: components["schemas"]["OwnerId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "email": "web@example.org",
                     *       "id": "o-web-team",
                     *       "name": "Web",
                     *       "revision": 1,
                     *       "updated_at": "2026-03-01T12:00:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Owner"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    owners_delete: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the revision that the change is made for; any when absent
                 * @example "3"
                 */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example o-web-team
                 */
                id: components["schemas"]["OwnerId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    owners_update: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the revision that the change is made for; any when absent
                 * @example "3"
                 */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example o-web-team
                 */
                id: components["schemas"]["OwnerId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "email": "web@example.org",
                 *       "name": "Web"
                 *     }
                 */
                "application/json": components["schemas"]["UpdateOwner"];
            };
        };
        responses: {
            /** @description As it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "email": "web@example.org",
                     *       "id": "o-web-team",
                     *       "name": "Web",
                     *       "revision": 1,
                     *       "updated_at": "2026-03-01T12:00:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Owner"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    users_people: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description The number of items, 1 to 500; 50 when absent. */
                limit?: number;
                /** @description Only those whose name holds this text. */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "u-01m88d75d92xa7ps7zmy69qh31",
                     *           "name": "Web"
                     *         }
                     *       ],
                     *       "next_cursor": "bWMtd2ViCg",
                     *       "total": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Page_Person"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    policies_list: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description The number of items, 1 to 500; 50 when absent. */
                limit?: number;
                /** @description Whether to count all items, not only those of the page. */
                total?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "created_at": "2026-03-01T12:00:00Z",
                     *           "description": "text",
                     *           "enabled": true,
                     *           "id": "pr-01m88d75d92xa7ps7zmy69qh31",
                     *           "kind": "AllowedIssuers",
                     *           "mode": "enforce",
                     *           "name": "Web",
                     *           "parameters": {},
                     *           "revision": 1,
                     *           "selector": {
                     *             "environments": [
                     *               "text"
                     *             ],
                     *             "issuer_ids": [
                     *               "iss-local"
                     *             ],
                     *             "key_strategies": [
                     *               "per_host"
                     *             ],
                     *             "owner_ids": [
                     *               "o-web-team"
                     *             ],
                     *             "policy_ids": [
                     *               "rp-default"
                     *             ],
                     *             "profile_ids": [
                     *               "prof-default"
                     *             ],
                     *             "tags": [
                     *               "web"
                     *             ],
                     *             "team_ids": [
                     *               "t-web"
                     *             ]
                     *           },
                     *           "severity": "Warning",
                     *           "sweeping": true,
                     *           "swept_at": "2026-03-01T12:00:00Z",
                     *           "updated_at": "2026-03-01T12:00:00Z"
                     *         }
                     *       ],
                     *       "next_cursor": "bWMtd2ViCg",
                     *       "total": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Page_PolicyRule"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    policies_create: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "kind": "RequiredMetadata",
                 *       "name": "Every certificate has an owner",
                 *       "parameters": {
                 *         "fields": [
                 *           "owner"
                 *         ]
                 *       },
                 *       "selector": {
                 *         "environments": [
                 *           "production"
                 *         ]
                 *       },
                 *       "severity": "Warning"
                 *     }
                 */
                "application/json": components["schemas"]["CreatePolicyRule"];
            };
        };
        responses: {
            /** @description It was made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "description": "text",
                     *       "enabled": true,
                     *       "id": "pr-01m88d75d92xa7ps7zmy69qh31",
                     *       "kind": "AllowedIssuers",
                     *       "mode": "enforce",
                     *       "name": "Web",
                     *       "parameters": {},
                     *       "revision": 1,
                     *       "selector": {
                     *         "environments": [
                     *           "text"
                     *         ],
                     *         "issuer_ids": [
                     *           "iss-local"
                     *         ],
                     *         "key_strategies": [
                     *           "per_host"
                     *         ],
                     *         "owner_ids": [
                     *           "o-web-team"
                     *         ],
                     *         "policy_ids": [
                     *           "rp-default"
                     *         ],
                     *         "profile_ids": [
                     *           "prof-default"
                     *         ],
                     *         "tags": [
                     *           "web"
                     *         ],
                     *         "team_ids": [
                     *           "t-web"
                     *         ]
                     *       },
                     *       "severity": "Warning",
                     *       "sweeping": true,
                     *       "swept_at": "2026-03-01T12:00:00Z",
                     *       "updated_at": "2026-03-01T12:00:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["PolicyRule"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    policies_show: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example pr-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["PolicyRuleId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "description": "text",
                     *       "enabled": true,
                     *       "id": "pr-01m88d75d92xa7ps7zmy69qh31",
                     *       "kind": "AllowedIssuers",
                     *       "mode": "enforce",
                     *       "name": "Web",
                     *       "parameters": {},
                     *       "revision": 1,
                     *       "selector": {
                     *         "environments": [
                     *           "text"
                     *         ],
                     *         "issuer_ids": [
                     *           "iss-local"
                     *         ],
                     *         "key_strategies": [
                     *           "per_host"
                     *         ],
                     *         "owner_ids": [
                     *           "o-web-team"
                     *         ],
                     *         "policy_ids": [
                     *           "rp-default"
                     *         ],
                     *         "profile_ids": [
                     *           "prof-default"
                     *         ],
                     *         "tags": [
                     *           "web"
                     *         ],
                     *         "team_ids": [
                     *           "t-web"
                     *         ]
                     *       },
                     *       "severity": "Warning",
                     *       "sweeping": true,
                     *       "swept_at": "2026-03-01T12:00:00Z",
                     *       "updated_at": "2026-03-01T12:00:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["PolicyRule"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    policies_delete: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the revision that the change is made for; any when absent
                 * @example "3"
                 */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example pr-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["PolicyRuleId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    policies_update: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the revision that the change is made for; any when absent
                 * @example "3"
                 */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example pr-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["PolicyRuleId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "name": "Web"
                 *     }
                 */
                "application/json": components["schemas"]["UpdatePolicyRule"];
            };
        };
        responses: {
            /** @description As it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "description": "text",
                     *       "enabled": true,
                     *       "id": "pr-01m88d75d92xa7ps7zmy69qh31",
                     *       "kind": "AllowedIssuers",
                     *       "mode": "enforce",
                     *       "name": "Web",
                     *       "parameters": {},
                     *       "revision": 1,
                     *       "selector": {
                     *         "environments": [
                     *           "text"
                     *         ],
                     *         "issuer_ids": [
                     *           "iss-local"
                     *         ],
                     *         "key_strategies": [
                     *           "per_host"
                     *         ],
                     *         "owner_ids": [
                     *           "o-web-team"
                     *         ],
                     *         "policy_ids": [
                     *           "rp-default"
                     *         ],
                     *         "profile_ids": [
                     *           "prof-default"
                     *         ],
                     *         "tags": [
                     *           "web"
                     *         ],
                     *         "team_ids": [
                     *           "t-web"
                     *         ]
                     *       },
                     *       "severity": "Warning",
                     *       "sweeping": true,
                     *       "swept_at": "2026-03-01T12:00:00Z",
                     *       "updated_at": "2026-03-01T12:00:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["PolicyRule"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    policies_violations: {
        parameters: {
            query?: {
                /** @description Only those by this certificate. */
                certificate_id?: components["schemas"]["CertificateId"];
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Only those of certificates in this environment. */
                environment?: string;
                /** @description The number of items, 1 to 500; 50 when absent. */
                limit?: number;
                /** @description Only those of this owner's certificates. */
                owner_id?: components["schemas"]["OwnerId"];
                /**
                 * @description Any of these states, with commas: `open`, `closed`; only open ones when absent.
                 * @example open,closed
                 */
                state?: string;
                /** @description Only those of this team's certificates. */
                team_id?: components["schemas"]["TeamId"];
                /** @description Whether to count all that match. */
                total?: boolean;
            };
            header?: never;
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example pr-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["PolicyRuleId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "breaches": [
                     *             {
                     *               "detail": "text",
                     *               "field": "text"
                     *             }
                     *           ],
                     *           "certificate_id": "mc-web",
                     *           "changed_at": "2026-03-01T12:00:00Z",
                     *           "closed_at": "2026-03-01T12:00:00Z",
                     *           "closed_because": "text",
                     *           "environment": "production",
                     *           "id": "pv-01m88d75d92xa7ps7zmy69qh31",
                     *           "opened_at": "2026-03-01T12:00:00Z",
                     *           "owner_id": "o-web-team",
                     *           "rule_id": "pr-01m88d75d92xa7ps7zmy69qh31",
                     *           "rule_kind": "AllowedIssuers",
                     *           "rule_name": "text",
                     *           "severity": "Warning",
                     *           "state": "open",
                     *           "team_id": "t-web"
                     *         }
                     *       ],
                     *       "next_cursor": "bWMtd2ViCg",
                     *       "total": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Page_Violation"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    policies_try_out: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "kind": "MaxLifetime",
                 *       "parameters": {
                 *         "max_seconds": 8640000
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["PreviewPolicyRule"];
            };
        };
        responses: {
            /** @description What it would hit */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "approximate": true,
                     *       "by_team": [
                     *         {
                     *           "team_id": "t-web",
                     *           "violations": 1
                     *         }
                     *       ],
                     *       "certificates": 1,
                     *       "checked": 1,
                     *       "sample": [
                     *         {
                     *           "breaches": [
                     *             {
                     *               "detail": "text",
                     *               "field": "text"
                     *             }
                     *           ],
                     *           "certificate_id": "mc-web",
                     *           "name": "Web"
                     *         }
                     *       ],
                     *       "selected": 1,
                     *       "violations": 1
                     *     }
                     */
                    "application/json": components["schemas"]["PolicyPreview"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    policies_kinds: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The kinds */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "kind": "AllowedIssuers",
                     *         "schema": {},
                     *         "title": "text"
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["PolicyRuleKind"][];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    views_show_preferences: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "document": {
                     *         "theme": "dark"
                     *       },
                     *       "revision": 1,
                     *       "updated_at": "2026-03-01T12:00:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Preferences"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    views_update_preferences: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the revision that the change is made for; any when absent
                 * @example "3"
                 */
                "If-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "document": {
                 *         "density": "compact",
                 *         "theme": "dark"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["UpdatePreferences"];
            };
        };
        responses: {
            /** @description It was done; as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "document": {
                     *         "theme": "dark"
                     *       },
                     *       "revision": 1,
                     *       "updated_at": "2026-03-01T12:00:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Preferences"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    profiles_list: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description The number of items, 1 to 500; 50 when absent. */
                limit?: number;
                /** @description Whether to count all items, not only those of the page. */
                total?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "approval": "none",
                     *           "created_at": "2026-03-01T12:00:00Z",
                     *           "default_lifetime_seconds": 7776000,
                     *           "environments": [
                     *             "text"
                     *           ],
                     *           "extended_key_usages": [
                     *             "server_auth"
                     *           ],
                     *           "id": "prof-default",
                     *           "ip_addresses": true,
                     *           "issuer_ids": [
                     *             "iss-local"
                     *           ],
                     *           "key_algorithms": [
                     *             "ecdsa-p256",
                     *             "rsa-3072"
                     *           ],
                     *           "key_strategies": [
                     *             "per_host"
                     *           ],
                     *           "max_lifetime_seconds": 34300800,
                     *           "max_names": 1,
                     *           "min_lifetime_seconds": 1,
                     *           "name": "Web",
                     *           "name_patterns": [
                     *             "*.example.internal"
                     *           ],
                     *           "requester_roles": [
                     *             "admin"
                     *           ],
                     *           "revision": 1,
                     *           "updated_at": "2026-03-01T12:00:00Z",
                     *           "wildcards": true
                     *         }
                     *       ],
                     *       "next_cursor": "bWMtd2ViCg",
                     *       "total": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Page_Profile"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    profiles_create: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Web"
                 *     }
                 */
                "application/json": components["schemas"]["CreateProfile"];
            };
        };
        responses: {
            /** @description It was made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "approval": "none",
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "default_lifetime_seconds": 7776000,
                     *       "environments": [
                     *         "text"
                     *       ],
                     *       "extended_key_usages": [
                     *         "server_auth"
                     *       ],
                     *       "id": "prof-default",
                     *       "ip_addresses": true,
                     *       "issuer_ids": [
                     *         "iss-local"
                     *       ],
                     *       "key_algorithms": [
                     *         "ecdsa-p256",
                     *         "rsa-3072"
                     *       ],
                     *       "key_strategies": [
                     *         "per_host"
                     *       ],
                     *       "max_lifetime_seconds": 34300800,
                     *       "max_names": 1,
                     *       "min_lifetime_seconds": 1,
                     *       "name": "Web",
                     *       "name_patterns": [
                     *         "*.example.internal"
                     *       ],
                     *       "requester_roles": [
                     *         "admin"
                     *       ],
                     *       "revision": 1,
                     *       "updated_at": "2026-03-01T12:00:00Z",
                     *       "wildcards": true
                     *     }
                     */
                    "application/json": components["schemas"]["Profile"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    profiles_show: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example prof-default
                 */
                id: components["schemas"]["ProfileId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "approval": "none",
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "default_lifetime_seconds": 7776000,
                     *       "environments": [
                     *         "text"
                     *       ],
                     *       "extended_key_usages": [
                     *         "server_auth"
                     *       ],
                     *       "id": "prof-default",
                     *       "ip_addresses": true,
                     *       "issuer_ids": [
                     *         "iss-local"
                     *       ],
                     *       "key_algorithms": [
                     *         "ecdsa-p256",
                     *         "rsa-3072"
                     *       ],
                     *       "key_strategies": [
                     *         "per_host"
                     *       ],
                     *       "max_lifetime_seconds": 34300800,
                     *       "max_names": 1,
                     *       "min_lifetime_seconds": 1,
                     *       "name": "Web",
                     *       "name_patterns": [
                     *         "*.example.internal"
                     *       ],
                     *       "requester_roles": [
                     *         "admin"
                     *       ],
                     *       "revision": 1,
                     *       "updated_at": "2026-03-01T12:00:00Z",
                     *       "wildcards": true
                     *     }
                     */
                    "application/json": components["schemas"]["Profile"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    profiles_delete: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the revision that the change is made for; any when absent
                 * @example "3"
                 */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example prof-default
                 */
                id: components["schemas"]["ProfileId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    profiles_update: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the revision that the change is made for; any when absent
                 * @example "3"
                 */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example prof-default
                 */
                id: components["schemas"]["ProfileId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "name": "Web"
                 *     }
                 */
                "application/json": components["schemas"]["UpdateProfile"];
            };
        };
        responses: {
            /** @description As it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "approval": "none",
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "default_lifetime_seconds": 7776000,
                     *       "environments": [
                     *         "text"
                     *       ],
                     *       "extended_key_usages": [
                     *         "server_auth"
                     *       ],
                     *       "id": "prof-default",
                     *       "ip_addresses": true,
                     *       "issuer_ids": [
                     *         "iss-local"
                     *       ],
                     *       "key_algorithms": [
                     *         "ecdsa-p256",
                     *         "rsa-3072"
                     *       ],
                     *       "key_strategies": [
                     *         "per_host"
                     *       ],
                     *       "max_lifetime_seconds": 34300800,
                     *       "max_names": 1,
                     *       "min_lifetime_seconds": 1,
                     *       "name": "Web",
                     *       "name_patterns": [
                     *         "*.example.internal"
                     *       ],
                     *       "requester_roles": [
                     *         "admin"
                     *       ],
                     *       "revision": 1,
                     *       "updated_at": "2026-03-01T12:00:00Z",
                     *       "wildcards": true
                     *     }
                     */
                    "application/json": components["schemas"]["Profile"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    profiles_preview: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example prof-default
                 */
                id: components["schemas"]["ProfileId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "name": "Web"
                 *     }
                 */
                "application/json": components["schemas"]["UpdateProfile"];
            };
        };
        responses: {
            /** @description What it would lead to */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "approximate": true,
                     *       "certificates": 1,
                     *       "checked": 1,
                     *       "limits": [
                     *         {
                     *           "certificates": 1,
                     *           "field": "lifetime_seconds"
                     *         }
                     *       ],
                     *       "refused_now": 1,
                     *       "sample": [
                     *         {
                     *           "certificate_id": "mc-web",
                     *           "detail": "text",
                     *           "field": "text",
                     *           "name": "Web"
                     *         }
                     *       ],
                     *       "would_allow": 1,
                     *       "would_need_approval": 1,
                     *       "would_refuse": 1
                     *     }
                     */
                    "application/json": components["schemas"]["ProfilePreview"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    renewal_policies_list: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description The number of items, 1 to 500; 50 when absent. */
                limit?: number;
                /** @description Whether to count all items, not only those of the page. */
                total?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "alert_thresholds_days": [
                     *             30,
                     *             14,
                     *             7,
                     *             0
                     *           ],
                     *           "alert_thresholds_percent": [
                     *             20
                     *           ],
                     *           "automatic": true,
                     *           "created_at": "2026-03-01T12:00:00Z",
                     *           "id": "rp-default",
                     *           "max_attempts": 1,
                     *           "name": "Web",
                     *           "point": {
                     *             "percent": 10
                     *           },
                     *           "revision": 1,
                     *           "updated_at": "2026-03-01T12:00:00Z",
                     *           "windows": [
                     *             {
                     *               "days": [
                     *                 "monday"
                     *               ],
                     *               "from": "22:00",
                     *               "time_zone": "Europe/Paris",
                     *               "to": "07:00"
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "next_cursor": "bWMtd2ViCg",
                     *       "total": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Page_RenewalPolicy"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    renewal_policies_create: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Web"
                 *     }
                 */
                "application/json": components["schemas"]["CreateRenewalPolicy"];
            };
        };
        responses: {
            /** @description It was made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "alert_thresholds_days": [
                     *         30,
                     *         14,
                     *         7,
                     *         0
                     *       ],
                     *       "alert_thresholds_percent": [
                     *         20
                     *       ],
                     *       "automatic": true,
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "id": "rp-default",
                     *       "max_attempts": 1,
                     *       "name": "Web",
                     *       "point": {
                     *         "percent": 10
                     *       },
                     *       "revision": 1,
                     *       "updated_at": "2026-03-01T12:00:00Z",
                     *       "windows": [
                     *         {
                     *           "days": [
                     *             "monday"
                     *           ],
                     *           "from": "22:00",
                     *           "time_zone": "Europe/Paris",
                     *           "to": "07:00"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["RenewalPolicy"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    renewal_policies_show: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example rp-default
                 */
                id: components["schemas"]["RenewalPolicyId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "alert_thresholds_days": [
                     *         30,
                     *         14,
                     *         7,
                     *         0
                     *       ],
                     *       "alert_thresholds_percent": [
                     *         20
                     *       ],
                     *       "automatic": true,
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "id": "rp-default",
                     *       "max_attempts": 1,
                     *       "name": "Web",
                     *       "point": {
                     *         "percent": 10
                     *       },
                     *       "revision": 1,
                     *       "updated_at": "2026-03-01T12:00:00Z",
                     *       "windows": [
                     *         {
                     *           "days": [
                     *             "monday"
                     *           ],
                     *           "from": "22:00",
                     *           "time_zone": "Europe/Paris",
                     *           "to": "07:00"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["RenewalPolicy"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    renewal_policies_delete: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the revision that the change is made for; any when absent
                 * @example "3"
                 */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example rp-default
                 */
                id: components["schemas"]["RenewalPolicyId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    renewal_policies_update: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the revision that the change is made for; any when absent
                 * @example "3"
                 */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example rp-default
                 */
                id: components["schemas"]["RenewalPolicyId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "name": "Web"
                 *     }
                 */
                "application/json": components["schemas"]["UpdateRenewalPolicy"];
            };
        };
        responses: {
            /** @description As it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "alert_thresholds_days": [
                     *         30,
                     *         14,
                     *         7,
                     *         0
                     *       ],
                     *       "alert_thresholds_percent": [
                     *         20
                     *       ],
                     *       "automatic": true,
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "id": "rp-default",
                     *       "max_attempts": 1,
                     *       "name": "Web",
                     *       "point": {
                     *         "percent": 10
                     *       },
                     *       "revision": 1,
                     *       "updated_at": "2026-03-01T12:00:00Z",
                     *       "windows": [
                     *         {
                     *           "days": [
                     *             "monday"
                     *           ],
                     *           "from": "22:00",
                     *           "time_zone": "Europe/Paris",
                     *           "to": "07:00"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["RenewalPolicy"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    renewal_policies_preview: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "point": {
                 *         "percent": 60
                 *       },
                 *       "policy_id": "rp-default"
                 *     }
                 */
                "application/json": components["schemas"]["PreviewRenewalPolicy"];
            };
        };
        responses: {
            /** @description What it would lead to */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "alerts_now": 1,
                     *       "approximate": true,
                     *       "certificates": 1,
                     *       "checked": 1,
                     *       "due_now": 1,
                     *       "moved": 1,
                     *       "sample": [
                     *         {
                     *           "certificate_id": "mc-web",
                     *           "name": "Web",
                     *           "renew_after": "2026-03-01T12:00:00Z",
                     *           "would_renew_after": "2026-03-01T12:00:00Z"
                     *         }
                     *       ],
                     *       "statuses": [
                     *         {
                     *           "certificates": 1,
                     *           "from": "Pending",
                     *           "to": "Pending"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["RenewalPolicyPreview"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revocations_list: {
        parameters: {
            query?: {
                /** @description Only those of this certificate's versions. */
                certificate_id?: components["schemas"]["CertificateId"];
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Only those of this issuer's certificates. */
                issuer_id?: components["schemas"]["IssuerId"];
                /** @description The number of items, 1 to 500; 50 when absent. */
                limit?: number;
                /**
                 * @description Only those in this state, or in one of several with commas between, such as `waiting,pending`.
                 * @example waiting,pending
                 */
                state?: string;
                /** @description Whether to count all that match. */
                total?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "certificate_id": "mc-web",
                     *           "comment": "text",
                     *           "error": "text",
                     *           "id": "rev-01m88d75d92xa7ps7zmy69qh31",
                     *           "issuer_id": "iss-local",
                     *           "next_try_at": "2026-03-01T12:00:00Z",
                     *           "not_after": "2026-05-30T12:00:00Z",
                     *           "reason": "unspecified",
                     *           "replace_first": true,
                     *           "requested_at": "2026-03-01T12:00:00Z",
                     *           "requested_by": {
                     *             "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *             "kind": "api_key"
                     *           },
                     *           "revision": 1,
                     *           "revoked_at": "2026-03-01T12:00:00Z",
                     *           "serial": "3f9a01c27be44d10",
                     *           "state": "waiting",
                     *           "tries": 1,
                     *           "updated_at": "2026-03-01T12:00:00Z",
                     *           "version_id": "cv-01m88d75d92xa7ps7zmy69qh31"
                     *         }
                     *       ],
                     *       "next_cursor": "bWMtd2ViCg",
                     *       "total": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Page_Revocation"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revocations_create: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "fingerprint_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                 *       "reason": "key_compromise",
                 *       "replace_first": false
                 *     }
                 */
                "application/json": components["schemas"]["CreateRevocations"];
            };
        };
        responses: {
            /** @description Each revocation as it stands */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "revocations": [
                     *         {
                     *           "certificate_id": "mc-web",
                     *           "comment": "text",
                     *           "error": "text",
                     *           "id": "rev-01m88d75d92xa7ps7zmy69qh31",
                     *           "issuer_id": "iss-local",
                     *           "next_try_at": "2026-03-01T12:00:00Z",
                     *           "not_after": "2026-05-30T12:00:00Z",
                     *           "reason": "unspecified",
                     *           "replace_first": true,
                     *           "requested_at": "2026-03-01T12:00:00Z",
                     *           "requested_by": {
                     *             "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *             "kind": "api_key"
                     *           },
                     *           "revision": 1,
                     *           "revoked_at": "2026-03-01T12:00:00Z",
                     *           "serial": "3f9a01c27be44d10",
                     *           "state": "waiting",
                     *           "tries": 1,
                     *           "updated_at": "2026-03-01T12:00:00Z",
                     *           "version_id": "cv-01m88d75d92xa7ps7zmy69qh31"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["RevocationsAsked"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revocations_show: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example rev-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["RevocationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "certificate_id": "mc-web",
                     *       "comment": "text",
                     *       "error": "text",
                     *       "id": "rev-01m88d75d92xa7ps7zmy69qh31",
                     *       "issuer_id": "iss-local",
                     *       "next_try_at": "2026-03-01T12:00:00Z",
                     *       "not_after": "2026-05-30T12:00:00Z",
                     *       "reason": "unspecified",
                     *       "replace_first": true,
                     *       "requested_at": "2026-03-01T12:00:00Z",
                     *       "requested_by": {
                     *         "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *         "kind": "api_key"
                     *       },
                     *       "revision": 1,
                     *       "revoked_at": "2026-03-01T12:00:00Z",
                     *       "serial": "3f9a01c27be44d10",
                     *       "state": "waiting",
                     *       "tries": 1,
                     *       "updated_at": "2026-03-01T12:00:00Z",
                     *       "version_id": "cv-01m88d75d92xa7ps7zmy69qh31"
                     *     }
                     */
                    "application/json": components["schemas"]["Revocation"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revocations_cancel: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example rev-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["RevocationId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /** @example {} */
                "application/json": components["schemas"]["CancelRevocation"];
            };
        };
        responses: {
            /** @description It was done; as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "certificate_id": "mc-web",
                     *       "comment": "text",
                     *       "error": "text",
                     *       "id": "rev-01m88d75d92xa7ps7zmy69qh31",
                     *       "issuer_id": "iss-local",
                     *       "next_try_at": "2026-03-01T12:00:00Z",
                     *       "not_after": "2026-05-30T12:00:00Z",
                     *       "reason": "unspecified",
                     *       "replace_first": true,
                     *       "requested_at": "2026-03-01T12:00:00Z",
                     *       "requested_by": {
                     *         "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *         "kind": "api_key"
                     *       },
                     *       "revision": 1,
                     *       "revoked_at": "2026-03-01T12:00:00Z",
                     *       "serial": "3f9a01c27be44d10",
                     *       "state": "waiting",
                     *       "tries": 1,
                     *       "updated_at": "2026-03-01T12:00:00Z",
                     *       "version_id": "cv-01m88d75d92xa7ps7zmy69qh31"
                     *     }
                     */
                    "application/json": components["schemas"]["Revocation"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    auth_roles: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The roles */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "can_be_scoped": true,
                     *         "description": "text",
                     *         "permissions": [
                     *           "certificates.read"
                     *         ],
                     *         "role": "admin"
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["RoleView"][];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    search_find: {
        parameters: {
            query: {
                /** @description The most that is answered, 1 to 50; 20 when absent. */
                limit?: number;
                /**
                 * @description A name, an id, a serial or SHA-256 fingerprint (whole or its first 6 digits and more, with or without colons), the
                 *     address of an endpoint (`host:port`), or a request's id; 2 to 300 letters.
                 */
                q: string;
                /** @description Certificates, their versions and their jobs of this team only; other kinds of objects are of all teams. */
                team_id?: components["schemas"]["TeamId"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was found, the best first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "certificate_id": "mc-web",
                     *           "detail": "text",
                     *           "exact": true,
                     *           "handle": "id",
                     *           "id": "text",
                     *           "kind": "certificate",
                     *           "title": "text"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["SearchResults"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sessions_list: {
        parameters: {
            query?: {
                /** @description Those of everybody, for who manages users; one's own when absent. */
                all?: boolean;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description The number of items, 1 to 500; 50 when absent. */
                limit?: number;
                /** @description Whether to count all that match. */
                total?: boolean;
                /** @description Those of this user, for who manages users. */
                user_id?: components["schemas"]["UserId"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "actor": {
                     *             "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *             "kind": "api_key"
                     *           },
                     *           "address": "192.0.2.7",
                     *           "created_at": "2026-03-01T12:00:00Z",
                     *           "current": true,
                     *           "expires_at": "2026-05-30T12:00:00Z",
                     *           "id": "ses-01m88d75d92xa7ps7zmy69qh31",
                     *           "last_used_at": "2026-03-01T12:00:00Z",
                     *           "name": "Web",
                     *           "role": "admin",
                     *           "user_agent": "Mozilla/5.0"
                     *         }
                     *       ],
                     *       "next_cursor": "bWMtd2ViCg",
                     *       "total": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Page_Session"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sessions_end_all: {
        parameters: {
            query?: {
                /** @description Those of everybody, for who manages users; one's own when absent. */
                all?: boolean;
                /** @description Those of this user, for who manages users. */
                user_id?: components["schemas"]["UserId"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description They have ended */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "ended": 1
                     *     }
                     */
                    "application/json": components["schemas"]["SessionsEnded"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sessions_end: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example ses-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["SessionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It has ended */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stats_expiry: {
        parameters: {
            query?: {
                /** @description How many days from today on, 1 to 400; 182 when absent. */
                days?: number;
                /** @description Only certificates in this environment. */
                environment?: string;
                /** @description By hour instead: how many hours from the one that runs now on, 1 to 168; not together with `days`. */
                hours?: number;
                /** @description `expiry` (when certificates end) or `renewal` (when they are to be renewed); `expiry` when absent. */
                mode?: "expiry" | "renewal";
                /** @description Only certificates of this team. */
                team_id?: components["schemas"]["TeamId"];
                /**
                 * @description The zone of the IANA database whose days are counted, such as `Europe/Paris`; `UTC` when absent.
                 * @example Europe/Paris
                 */
                tz?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The days */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "as_of": "2026-03-01T12:00:00Z",
                     *       "before": 1,
                     *       "days": [
                     *         {
                     *           "at_risk": 1,
                     *           "begins": "2026-03-01T12:00:00Z",
                     *           "count": 1,
                     *           "date": "2026-11-29",
                     *           "rows": {
                     *             "path": "/certificates",
                     *             "query": {}
                     *           }
                     *         }
                     *       ],
                     *       "mode": "expiry",
                     *       "tz": "Europe/Paris"
                     *     }
                     */
                    "application/json": components["schemas"]["ExpiryCalendar"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stats_fleet: {
        parameters: {
            query?: {
                /** @description Only hosts of this environment. */
                environment?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The numbers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "agents": 1,
                     *       "as_of": "2026-03-01T12:00:00Z",
                     *       "environments": [
                     *         {
                     *           "agents": 1,
                     *           "value": "text"
                     *         }
                     *       ],
                     *       "health": [
                     *         {
                     *           "agents": 1,
                     *           "value": "text"
                     *         }
                     *       ],
                     *       "online": 1,
                     *       "other_version": 1,
                     *       "platforms": [
                     *         {
                     *           "agents": 1,
                     *           "value": "text"
                     *         }
                     *       ],
                     *       "server_version": "text",
                     *       "states": [
                     *         {
                     *           "agents": 1,
                     *           "value": "text"
                     *         }
                     *       ],
                     *       "versions": [
                     *         {
                     *           "agents": 1,
                     *           "value": "text"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["FleetStats"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stats_issuance: {
        parameters: {
            query?: {
                /** @description Only certificates in this environment. */
                environment?: string;
                /** @description Only certificates of this team. */
                team_id?: components["schemas"]["TeamId"];
                /** @description How many weeks, this one included, 1 to 104; 16 when absent. */
                weeks?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The weeks */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "as_of": "2026-03-01T12:00:00Z",
                     *       "issuers": [
                     *         {
                     *           "issuer_id": "iss-local",
                     *           "name": "Web",
                     *           "signed": 1
                     *         }
                     *       ],
                     *       "weeks": [
                     *         {
                     *           "date": "2026-11-29",
                     *           "signed": {},
                     *           "total": 1
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["IssuanceStats"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stats_renewals: {
        parameters: {
            query?: {
                /** @description How many days, today included, 1 to 400; 30 when absent. */
                days?: number;
                /** @description Only certificates in this environment. */
                environment?: string;
                /** @description Only certificates of this team. */
                team_id?: components["schemas"]["TeamId"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The days */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "as_of": "2026-03-01T12:00:00Z",
                     *       "days": [
                     *         {
                     *           "date": "2026-11-29",
                     *           "failed": 1,
                     *           "first_try": 1,
                     *           "issued": 1,
                     *           "renewed": 1
                     *         }
                     *       ],
                     *       "failed": 1,
                     *       "first_try": 1,
                     *       "first_try_percent": 1,
                     *       "succeeded": 1,
                     *       "success_percent": 1
                     *     }
                     */
                    "application/json": components["schemas"]["RenewalStats"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stats_summary: {
        parameters: {
            query?: {
                /** @description Only certificates in this environment. */
                environment?: string;
                /** @description Only certificates of this team. */
                team_id?: components["schemas"]["TeamId"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The numbers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "as_of": "2026-03-01T12:00:00Z",
                     *       "values": [
                     *         {
                     *           "history": [
                     *             {
                     *               "date": "2026-11-29",
                     *               "value": 1
                     *             }
                     *           ],
                     *           "name": "Web",
                     *           "of": 1,
                     *           "rows": {
                     *             "path": "/certificates",
                     *             "query": {}
                     *           },
                     *           "value": 1
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["StatsSummary"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    health_show: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "api": "text",
                     *       "backup_max_age_seconds": 1,
                     *       "certificates": [
                     *         {
                     *           "not_after": "2026-05-30T12:00:00Z",
                     *           "renews_itself": true,
                     *           "role": "server"
                     *         }
                     *       ],
                     *       "last_backup_at": "2026-03-01T12:00:00Z",
                     *       "log_level": "text",
                     *       "metrics_listen": "/metrics",
                     *       "public_url": "text",
                     *       "replica_id": "text",
                     *       "schema_at": "2026-03-01T12:00:00Z",
                     *       "schema_version": 1,
                     *       "store": "sqlite",
                     *       "version": "0.1.0"
                     *     }
                     */
                    "application/json": components["schemas"]["SystemInfo"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    tags_list: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description The number of items, 1 to 500; 50 when absent. */
                limit?: number;
                /** @description Only those that begin with this text. */
                prefix?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "certificates": 1,
                     *           "tag": "text"
                     *         }
                     *       ],
                     *       "next_cursor": "bWMtd2ViCg",
                     *       "total": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Page_Tag"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    targets_kinds: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The kinds */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "checks": [
                     *           {
                     *             "name": "agent",
                     *             "title": "text"
                     *           }
                     *         ],
                     *         "kind": "nginx",
                     *         "schema": {},
                     *         "title": "text"
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["TargetKind"][];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    targets_show_test: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example tt-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["TargetTestId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "agent_id": "ag-web-1",
                     *       "checks": [
                     *         {
                     *           "carried": true,
                     *           "detail": "/etc/nginx/tls cannot be written by certctl: Permission denied",
                     *           "fix": "sudo setfacl -m u:certctl:rwx /etc/nginx/tls",
                     *           "milliseconds": 1,
                     *           "name": "agent",
                     *           "state": "pending",
                     *           "title": "Paths can be written"
                     *         }
                     *       ],
                     *       "config": {},
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "deadline_at": "2026-05-30T12:00:00Z",
                     *       "ended_at": "2026-03-01T12:00:00Z",
                     *       "id": "tt-01m88d75d92xa7ps7zmy69qh31",
                     *       "kind": "nginx",
                     *       "requested_by": {
                     *         "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *         "kind": "api_key"
                     *       },
                     *       "revision": 1,
                     *       "started_at": "2026-03-01T12:00:00Z",
                     *       "state": "Pending",
                     *       "target_id": "tgt-web-files"
                     *     }
                     */
                    "application/json": components["schemas"]["TargetTest"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    targets_list: {
        parameters: {
            query?: {
                /** @description Only those that these agents deploy to; `-` before an id for the others. */
                agent_id?: string;
                /**
                 * @description Only those that serve these certificates; `none` for those that serve none, `-` before an id or `none` for the
                 *     others.
                 */
                certificate_id?: string;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /**
                 * @description Only those whose agent is of these environments, such as `production,staging`; `none` for those without one, `-`
                 *     before a name or `none` for the others.
                 */
                environment?: string;
                /** @description Only those of these kinds, such as `nginx,file`; `-` before one for the others. */
                kind?: string;
                /**
                 * @description Only those whose last test is so, such as `Failed,Unanswered`; `none` for those whose present configuration was not
                 *     tested, `-` before one for the others.
                 * @example Failed,Unanswered
                 */
                last_test?: string;
                /** @description The number of items, 1 to 500; 50 when absent. */
                limit?: number;
                /** @description Only those whose id, name or configuration (a path, an address) holds this text. */
                q?: string;
                /** @description The order, and then by id; by id alone when absent. `-` before it for the other way round. */
                sort?: "name" | "-name" | "created" | "-created" | "updated" | "-updated" | "kind" | "-kind";
                /** @description Whether to count all items, not only those of the page. */
                total?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "agent_id": "ag-web-1",
                     *           "config": {},
                     *           "created_at": "2026-03-01T12:00:00Z",
                     *           "id": "tgt-web-files",
                     *           "kind": "nginx",
                     *           "last_test": {
                     *             "at": "2026-03-01T12:00:00Z",
                     *             "id": "tt-01m88d75d92xa7ps7zmy69qh31",
                     *             "state": "Pending"
                     *           },
                     *           "name": "Web",
                     *           "revision": 1,
                     *           "updated_at": "2026-03-01T12:00:00Z"
                     *         }
                     *       ],
                     *       "next_cursor": "bWMtd2ViCg",
                     *       "total": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Page_Target"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    targets_create: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "agent_id": "ag-web-1",
                 *       "config": {
                 *         "certificate_path": "/etc/ssl/web.pem",
                 *         "key_path": "/etc/ssl/private/web.key"
                 *       },
                 *       "kind": "file",
                 *       "name": "Web server files"
                 *     }
                 */
                "application/json": components["schemas"]["CreateTarget"];
            };
        };
        responses: {
            /** @description It was made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "agent_id": "ag-web-1",
                     *       "config": {},
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "id": "tgt-web-files",
                     *       "kind": "nginx",
                     *       "last_test": {
                     *         "at": "2026-03-01T12:00:00Z",
                     *         "id": "tt-01m88d75d92xa7ps7zmy69qh31",
                     *         "state": "Pending"
                     *       },
                     *       "name": "Web",
                     *       "revision": 1,
                     *       "updated_at": "2026-03-01T12:00:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Target"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    targets_show: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example tgt-web-files
                 */
                id: components["schemas"]["TargetId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "agent_id": "ag-web-1",
                     *       "config": {},
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "id": "tgt-web-files",
                     *       "kind": "nginx",
                     *       "last_test": {
                     *         "at": "2026-03-01T12:00:00Z",
                     *         "id": "tt-01m88d75d92xa7ps7zmy69qh31",
                     *         "state": "Pending"
                     *       },
                     *       "name": "Web",
                     *       "revision": 1,
                     *       "updated_at": "2026-03-01T12:00:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Target"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    targets_delete: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the revision that the change is made for; any when absent
                 * @example "3"
                 */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example tgt-web-files
                 */
                id: components["schemas"]["TargetId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    targets_update: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the revision that the change is made for; any when absent
                 * @example "3"
                 */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example tgt-web-files
                 */
                id: components["schemas"]["TargetId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "name": "Web server files"
                 *     }
                 */
                "application/json": components["schemas"]["UpdateTarget"];
            };
        };
        responses: {
            /** @description As it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "agent_id": "ag-web-1",
                     *       "config": {},
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "id": "tgt-web-files",
                     *       "kind": "nginx",
                     *       "last_test": {
                     *         "at": "2026-03-01T12:00:00Z",
                     *         "id": "tt-01m88d75d92xa7ps7zmy69qh31",
                     *         "state": "Pending"
                     *       },
                     *       "name": "Web",
                     *       "revision": 1,
                     *       "updated_at": "2026-03-01T12:00:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Target"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    targets_test: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example tgt-web-files
                 */
                id: components["schemas"]["TargetId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /** @example {} */
                "application/json": components["schemas"]["StartTargetTest"];
            };
        };
        responses: {
            /** @description The test */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "agent_id": "ag-web-1",
                     *       "checks": [
                     *         {
                     *           "carried": true,
                     *           "detail": "/etc/nginx/tls cannot be written by certctl: Permission denied",
                     *           "fix": "sudo setfacl -m u:certctl:rwx /etc/nginx/tls",
                     *           "milliseconds": 1,
                     *           "name": "agent",
                     *           "state": "pending",
                     *           "title": "Paths can be written"
                     *         }
                     *       ],
                     *       "config": {},
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "deadline_at": "2026-05-30T12:00:00Z",
                     *       "ended_at": "2026-03-01T12:00:00Z",
                     *       "id": "tt-01m88d75d92xa7ps7zmy69qh31",
                     *       "kind": "nginx",
                     *       "requested_by": {
                     *         "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *         "kind": "api_key"
                     *       },
                     *       "revision": 1,
                     *       "started_at": "2026-03-01T12:00:00Z",
                     *       "state": "Pending",
                     *       "target_id": "tgt-web-files"
                     *     }
                     */
                    "application/json": components["schemas"]["TargetTest"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    targets_list_tests: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example tgt-web-files
                 */
                id: components["schemas"]["TargetId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "agent_id": "ag-web-1",
                     *         "checks": [
                     *           {
                     *             "carried": true,
                     *             "detail": "/etc/nginx/tls cannot be written by certctl: Permission denied",
                     *             "fix": "sudo setfacl -m u:certctl:rwx /etc/nginx/tls",
                     *             "milliseconds": 1,
                     *             "name": "agent",
                     *             "state": "pending",
                     *             "title": "Paths can be written"
                     *           }
                     *         ],
                     *         "config": {},
                     *         "created_at": "2026-03-01T12:00:00Z",
                     *         "deadline_at": "2026-05-30T12:00:00Z",
                     *         "ended_at": "2026-03-01T12:00:00Z",
                     *         "id": "tt-01m88d75d92xa7ps7zmy69qh31",
                     *         "kind": "nginx",
                     *         "requested_by": {
                     *           "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *           "kind": "api_key"
                     *         },
                     *         "revision": 1,
                     *         "started_at": "2026-03-01T12:00:00Z",
                     *         "state": "Pending",
                     *         "target_id": "tgt-web-files"
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["TargetTest"][];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    targets_anchors: {
        parameters: {
            query?: {
                /** @description Only those that these agents deploy to; `-` before an id for the others. */
                agent_id?: string;
                /**
                 * @description Only those that serve these certificates; `none` for those that serve none, `-` before an id or `none` for the
                 *     others.
                 */
                certificate_id?: string;
                /**
                 * @description Only those whose agent is of these environments, such as `production,staging`; `none` for those without one, `-`
                 *     before a name or `none` for the others.
                 */
                environment?: string;
                /** @description Only those of these kinds, such as `nginx,file`; `-` before one for the others. */
                kind?: string;
                /**
                 * @description Only those whose last test is so, such as `Failed,Unanswered`; `none` for those whose present configuration was not
                 *     tested, `-` before one for the others.
                 * @example Failed,Unanswered
                 */
                last_test?: string;
                /** @description Only those whose id, name or configuration (a path, an address) holds this text. */
                q?: string;
                /** @description The order, and then by id; by id alone when absent. `-` before it for the other way round. */
                sort?: "name" | "-name" | "created" | "-created" | "updated" | "-updated" | "kind" | "-kind";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "anchors": [
                     *         "text"
                     *       ],
                     *       "approximate": true,
                     *       "as_of": "2026-03-01T12:00:00Z",
                     *       "every": 1,
                     *       "total": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Anchors"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    targets_facets: {
        parameters: {
            query?: {
                /** @description Only those that these agents deploy to; `-` before an id for the others. */
                agent_id?: string;
                /**
                 * @description Only those that serve these certificates; `none` for those that serve none, `-` before an id or `none` for the
                 *     others.
                 */
                certificate_id?: string;
                /**
                 * @description Only those whose agent is of these environments, such as `production,staging`; `none` for those without one, `-`
                 *     before a name or `none` for the others.
                 */
                environment?: string;
                /** @description Only those of these kinds, such as `nginx,file`; `-` before one for the others. */
                kind?: string;
                /**
                 * @description Only those whose last test is so, such as `Failed,Unanswered`; `none` for those whose present configuration was not
                 *     tested, `-` before one for the others.
                 * @example Failed,Unanswered
                 */
                last_test?: string;
                /** @description Only those whose id, name or configuration (a path, an address) holds this text. */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "approximate": true,
                     *       "as_of": "2026-03-01T12:00:00Z",
                     *       "facets": [
                     *         {
                     *           "facet": "status",
                     *           "other_count": 1,
                     *           "other_values": 1,
                     *           "values": [
                     *             {
                     *               "count": 1,
                     *               "value": "none"
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "total": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Facets"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    targets_test_draft: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "agent_id": "ag-web-1",
                 *       "config": {
                 *         "certificate_path": "/etc/ssl/web.pem",
                 *         "key_path": "/etc/ssl/private/web.key"
                 *       },
                 *       "kind": "file"
                 *     }
                 */
                "application/json": components["schemas"]["TestTargetDraft"];
            };
        };
        responses: {
            /** @description The test */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "agent_id": "ag-web-1",
                     *       "checks": [
                     *         {
                     *           "carried": true,
                     *           "detail": "/etc/nginx/tls cannot be written by certctl: Permission denied",
                     *           "fix": "sudo setfacl -m u:certctl:rwx /etc/nginx/tls",
                     *           "milliseconds": 1,
                     *           "name": "agent",
                     *           "state": "pending",
                     *           "title": "Paths can be written"
                     *         }
                     *       ],
                     *       "config": {},
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "deadline_at": "2026-05-30T12:00:00Z",
                     *       "ended_at": "2026-03-01T12:00:00Z",
                     *       "id": "tt-01m88d75d92xa7ps7zmy69qh31",
                     *       "kind": "nginx",
                     *       "requested_by": {
                     *         "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *         "kind": "api_key"
                     *       },
                     *       "revision": 1,
                     *       "started_at": "2026-03-01T12:00:00Z",
                     *       "state": "Pending",
                     *       "target_id": "tgt-web-files"
                     *     }
                     */
                    "application/json": components["schemas"]["TargetTest"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    teams_list: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description The number of items, 1 to 500; 50 when absent. */
                limit?: number;
                /** @description Whether to count all items, not only those of the page. */
                total?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "created_at": "2026-03-01T12:00:00Z",
                     *           "id": "t-web",
                     *           "name": "Web",
                     *           "revision": 1,
                     *           "updated_at": "2026-03-01T12:00:00Z"
                     *         }
                     *       ],
                     *       "next_cursor": "bWMtd2ViCg",
                     *       "total": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Page_Team"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    teams_create: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Web"
                 *     }
                 */
                "application/json": components["schemas"]["CreateTeam"];
            };
        };
        responses: {
            /** @description It was made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "id": "t-web",
                     *       "name": "Web",
                     *       "revision": 1,
                     *       "updated_at": "2026-03-01T12:00:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Team"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    teams_show: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example t-web
                 */
                id: components["schemas"]["TeamId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "id": "t-web",
                     *       "name": "Web",
                     *       "revision": 1,
                     *       "updated_at": "2026-03-01T12:00:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Team"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    teams_delete: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the revision that the change is made for; any when absent
                 * @example "3"
                 */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example t-web
                 */
                id: components["schemas"]["TeamId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    teams_update: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the revision that the change is made for; any when absent
                 * @example "3"
                 */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example t-web
                 */
                id: components["schemas"]["TeamId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "name": "Web"
                 *     }
                 */
                "application/json": components["schemas"]["UpdateTeam"];
            };
        };
        responses: {
            /** @description As it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "id": "t-web",
                     *       "name": "Web",
                     *       "revision": 1,
                     *       "updated_at": "2026-03-01T12:00:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Team"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    users_list: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Only those that are kept out, or only those that are not. */
                disabled?: boolean;
                /** @description The number of items, 1 to 500; 50 when absent. */
                limit?: number;
                /** @description Only those whose user name, name or address holds this text. */
                q?: string;
                /** @description Only those with this role. */
                role?: components["schemas"]["Role"];
                /** @description Whether to count all that match. */
                total?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "created_at": "2026-03-01T12:00:00Z",
                     *           "disabled": true,
                     *           "disabled_at": "2026-03-01T12:00:00Z",
                     *           "email": "web@example.org",
                     *           "id": "u-01m88d75d92xa7ps7zmy69qh31",
                     *           "last_sign_in_at": "2026-03-01T12:00:00Z",
                     *           "name": "Web",
                     *           "password_changed_at": "2026-03-01T12:00:00Z",
                     *           "revision": 1,
                     *           "role": "admin",
                     *           "scope": {
                     *             "environments": [
                     *               "text"
                     *             ],
                     *             "team_ids": [
                     *               "t-web"
                     *             ]
                     *           },
                     *           "updated_at": "2026-03-01T12:00:00Z",
                     *           "username": "alice"
                     *         }
                     *       ],
                     *       "next_cursor": "bWMtd2ViCg",
                     *       "total": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Page_User"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    users_create: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "alice@example.org",
                 *       "name": "Alice Smith",
                 *       "password": "lamp river otter",
                 *       "role": "operator",
                 *       "scope": {
                 *         "environments": [
                 *           "production"
                 *         ]
                 *       },
                 *       "username": "alice"
                 *     }
                 */
                "application/json": components["schemas"]["CreateUser"];
            };
        };
        responses: {
            /** @description It was made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "disabled": true,
                     *       "disabled_at": "2026-03-01T12:00:00Z",
                     *       "email": "web@example.org",
                     *       "id": "u-01m88d75d92xa7ps7zmy69qh31",
                     *       "last_sign_in_at": "2026-03-01T12:00:00Z",
                     *       "name": "Web",
                     *       "password_changed_at": "2026-03-01T12:00:00Z",
                     *       "revision": 1,
                     *       "role": "admin",
                     *       "scope": {
                     *         "environments": [
                     *           "text"
                     *         ],
                     *         "team_ids": [
                     *           "t-web"
                     *         ]
                     *       },
                     *       "updated_at": "2026-03-01T12:00:00Z",
                     *       "username": "alice"
                     *     }
                     */
                    "application/json": components["schemas"]["User"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    users_show: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example u-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["UserId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "disabled": true,
                     *       "disabled_at": "2026-03-01T12:00:00Z",
                     *       "email": "web@example.org",
                     *       "id": "u-01m88d75d92xa7ps7zmy69qh31",
                     *       "last_sign_in_at": "2026-03-01T12:00:00Z",
                     *       "name": "Web",
                     *       "password_changed_at": "2026-03-01T12:00:00Z",
                     *       "revision": 1,
                     *       "role": "admin",
                     *       "scope": {
                     *         "environments": [
                     *           "text"
                     *         ],
                     *         "team_ids": [
                     *           "t-web"
                     *         ]
                     *       },
                     *       "updated_at": "2026-03-01T12:00:00Z",
                     *       "username": "alice"
                     *     }
                     */
                    "application/json": components["schemas"]["User"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    users_delete: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the revision that the change is made for; any when absent
                 * @example "3"
                 */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example u-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["UserId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    users_update: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the revision that the change is made for; any when absent
                 * @example "3"
                 */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example u-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["UserId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "email": "web@example.org",
                 *       "name": "Web"
                 *     }
                 */
                "application/json": components["schemas"]["UpdateUser"];
            };
        };
        responses: {
            /** @description It was done; as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "disabled": true,
                     *       "disabled_at": "2026-03-01T12:00:00Z",
                     *       "email": "web@example.org",
                     *       "id": "u-01m88d75d92xa7ps7zmy69qh31",
                     *       "last_sign_in_at": "2026-03-01T12:00:00Z",
                     *       "name": "Web",
                     *       "password_changed_at": "2026-03-01T12:00:00Z",
                     *       "revision": 1,
                     *       "role": "admin",
                     *       "scope": {
                     *         "environments": [
                     *           "text"
                     *         ],
                     *         "team_ids": [
                     *           "t-web"
                     *         ]
                     *       },
                     *       "updated_at": "2026-03-01T12:00:00Z",
                     *       "username": "alice"
                     *     }
                     */
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description It makes an admin, which a second person has to confirm first */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "action": "bulk_revoke",
                     *       "asked_at": "2026-03-01T12:00:00Z",
                     *       "asked_by": {
                     *         "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *         "kind": "api_key"
                     *       },
                     *       "asked_by_name": "text",
                     *       "consequences": [
                     *         "They are revoked at once: what serves them is refused by clients until it has another certificate.",
                     *         "A revocation cannot be taken back."
                     *       ],
                     *       "decided_at": "2026-03-01T12:00:00Z",
                     *       "decided_by": {
                     *         "id": "key-01m88d75d92xa7ps7zmy69qh31",
                     *         "kind": "api_key"
                     *       },
                     *       "decided_by_name": "text",
                     *       "ended_at": "2026-03-01T12:00:00Z",
                     *       "error": "text",
                     *       "expires_at": "2026-05-30T12:00:00Z",
                     *       "id": "cf-01m88d75d92xa7ps7zmy69qh31",
                     *       "object_id": "op-01m88d75d92xa7ps7zmy69qh31",
                     *       "object_kind": "operation",
                     *       "own": true,
                     *       "params": {},
                     *       "reason": "The host was replaced",
                     *       "result": "/api/v1/operations/op-01m88d75d92xa7ps7zmy69qh31",
                     *       "revision": 1,
                     *       "state": "waiting",
                     *       "summary": "Revoke 812 certificates (key compromise)"
                     *     }
                     */
                    "application/json": components["schemas"]["Confirmation"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    users_set_password: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example u-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["UserId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "password": "quiet harbour morning"
                 *     }
                 */
                "application/json": components["schemas"]["SetPassword"];
            };
        };
        responses: {
            /** @description It was set */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    health_version: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "api": "text",
                     *       "version": "0.1.0"
                     *     }
                     */
                    "application/json": components["schemas"]["ServerVersion"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    views_list: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description The number of items, 1 to 500; 50 when absent. */
                limit?: number;
                /** @description Only those of this list. */
                noun?: components["schemas"]["ViewNoun"];
                /** @description Only those that this team shares. */
                team_id?: components["schemas"]["TeamId"];
                /** @description Whether to count all that match. */
                total?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "columns": [
                     *             "text"
                     *           ],
                     *           "created_at": "2026-03-01T12:00:00Z",
                     *           "density": "comfortable",
                     *           "editable": true,
                     *           "filter": {
                     *             "environment": "production"
                     *           },
                     *           "id": "vw-01m88d75d92xa7ps7zmy69qh31",
                     *           "name": "Web",
                     *           "noun": "certificates",
                     *           "position": 1,
                     *           "revision": 1,
                     *           "sort": "sort",
                     *           "team_id": "t-web",
                     *           "updated_at": "2026-03-01T12:00:00Z"
                     *         }
                     *       ],
                     *       "next_cursor": "bWMtd2ViCg",
                     *       "total": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Page_View"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    views_create: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once and answered with the first answer for 24 hours
                 * @example 3e1a7c52-5d0c-4d3e-9a55-0c8f0e6f2b11
                 */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "columns": [
                 *         "name",
                 *         "status",
                 *         "expires_at"
                 *       ],
                 *       "density": "compact",
                 *       "filter": {
                 *         "environment": "production"
                 *       },
                 *       "name": "Production, soonest first",
                 *       "noun": "certificates",
                 *       "sort": "expires"
                 *     }
                 */
                "application/json": components["schemas"]["CreateView"];
            };
        };
        responses: {
            /** @description It was made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "columns": [
                     *         "text"
                     *       ],
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "density": "comfortable",
                     *       "editable": true,
                     *       "filter": {
                     *         "environment": "production"
                     *       },
                     *       "id": "vw-01m88d75d92xa7ps7zmy69qh31",
                     *       "name": "Web",
                     *       "noun": "certificates",
                     *       "position": 1,
                     *       "revision": 1,
                     *       "sort": "sort",
                     *       "team_id": "t-web",
                     *       "updated_at": "2026-03-01T12:00:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["View"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    views_show: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example vw-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["SavedViewId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "columns": [
                     *         "text"
                     *       ],
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "density": "comfortable",
                     *       "editable": true,
                     *       "filter": {
                     *         "environment": "production"
                     *       },
                     *       "id": "vw-01m88d75d92xa7ps7zmy69qh31",
                     *       "name": "Web",
                     *       "noun": "certificates",
                     *       "position": 1,
                     *       "revision": 1,
                     *       "sort": "sort",
                     *       "team_id": "t-web",
                     *       "updated_at": "2026-03-01T12:00:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["View"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    views_delete: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the revision that the change is made for; any when absent
                 * @example "3"
                 */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example vw-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["SavedViewId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    views_update: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the revision that the change is made for; any when absent
                 * @example "3"
                 */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example vw-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["SavedViewId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "name": "Production, soonest first"
                 *     }
                 */
                "application/json": components["schemas"]["UpdateView"];
            };
        };
        responses: {
            /** @description It was done; as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "columns": [
                     *         "text"
                     *       ],
                     *       "created_at": "2026-03-01T12:00:00Z",
                     *       "density": "comfortable",
                     *       "editable": true,
                     *       "filter": {
                     *         "environment": "production"
                     *       },
                     *       "id": "vw-01m88d75d92xa7ps7zmy69qh31",
                     *       "name": "Web",
                     *       "noun": "certificates",
                     *       "position": 1,
                     *       "revision": 1,
                     *       "sort": "sort",
                     *       "team_id": "t-web",
                     *       "updated_at": "2026-03-01T12:00:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["View"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    violations_list: {
        parameters: {
            query?: {
                /** @description Only those by this certificate. */
                certificate_id?: components["schemas"]["CertificateId"];
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Only those of certificates in this environment. */
                environment?: string;
                /**
                 * @description Any of these kinds of rule, with commas, such as `KeyStrength`.
                 * @example KeyStrength,MaxLifetime
                 */
                kind?: string;
                /** @description The number of items, 1 to 500; 50 when absent. */
                limit?: number;
                /** @description Only those of this owner's certificates. */
                owner_id?: components["schemas"]["OwnerId"];
                /** @description Only those of this rule. */
                rule_id?: components["schemas"]["PolicyRuleId"];
                /**
                 * @description Any of these severities, with commas: `Warning`, `Error`, `Critical`.
                 * @example Critical
                 */
                severity?: string;
                /**
                 * @description Any of these states, with commas: `open`, `closed`; only open ones when absent.
                 * @example open,closed
                 */
                state?: string;
                /** @description Only those of this team's certificates. */
                team_id?: components["schemas"]["TeamId"];
                /** @description Whether to count all that match. */
                total?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "breaches": [
                     *             {
                     *               "detail": "text",
                     *               "field": "text"
                     *             }
                     *           ],
                     *           "certificate_id": "mc-web",
                     *           "changed_at": "2026-03-01T12:00:00Z",
                     *           "closed_at": "2026-03-01T12:00:00Z",
                     *           "closed_because": "text",
                     *           "environment": "production",
                     *           "id": "pv-01m88d75d92xa7ps7zmy69qh31",
                     *           "opened_at": "2026-03-01T12:00:00Z",
                     *           "owner_id": "o-web-team",
                     *           "rule_id": "pr-01m88d75d92xa7ps7zmy69qh31",
                     *           "rule_kind": "AllowedIssuers",
                     *           "rule_name": "text",
                     *           "severity": "Warning",
                     *           "state": "open",
                     *           "team_id": "t-web"
                     *         }
                     *       ],
                     *       "next_cursor": "bWMtd2ViCg",
                     *       "total": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Page_Violation"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    violations_show: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id, as lists and answers show it
                 * @example pv-01m88d75d92xa7ps7zmy69qh31
                 */
                id: components["schemas"]["PolicyViolationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "breaches": [
                     *         {
                     *           "detail": "text",
                     *           "field": "text"
                     *         }
                     *       ],
                     *       "certificate_id": "mc-web",
                     *       "changed_at": "2026-03-01T12:00:00Z",
                     *       "closed_at": "2026-03-01T12:00:00Z",
                     *       "closed_because": "text",
                     *       "environment": "production",
                     *       "id": "pv-01m88d75d92xa7ps7zmy69qh31",
                     *       "opened_at": "2026-03-01T12:00:00Z",
                     *       "owner_id": "o-web-team",
                     *       "rule_id": "pr-01m88d75d92xa7ps7zmy69qh31",
                     *       "rule_kind": "AllowedIssuers",
                     *       "rule_name": "text",
                     *       "severity": "Warning",
                     *       "state": "open",
                     *       "team_id": "t-web"
                     *     }
                     */
                    "application/json": components["schemas"]["Violation"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
