// Generated from proto/ by scripts/generate.mjs: change the source, not this file.
export const schemas: readonly object[] = [
{
  "$schema": "http://json-schema.org/draft-07/schema#",
  "$id": "draft.schema.json",
  "title": "Draft",
  "description": "What a person submits; the gateway adds id, number, originator, audience and the instants.",
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "header": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "kind": {
          "$ref": "vocabulary.schema.json#/definitions/kind"
        },
        "purpose": {
          "$ref": "vocabulary.schema.json#/definitions/purpose"
        },
        "personStatus": {
          "$ref": "vocabulary.schema.json#/definitions/personStatus"
        },
        "minor": {
          "description": "True when the person is under eighteen.",
          "type": "boolean"
        },
        "crimeAreas": {
          "type": "array",
          "items": {
            "$ref": "vocabulary.schema.json#/definitions/crimeArea"
          },
          "maxItems": 12,
          "uniqueItems": true
        },
        "countries": {
          "type": "array",
          "items": {
            "$ref": "vocabulary.schema.json#/definitions/country"
          },
          "maxItems": 64,
          "uniqueItems": true
        },
        "handling": {
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "codes": {
              "type": "array",
              "items": {
                "$ref": "vocabulary.schema.json#/definitions/handlingCode"
              },
              "maxItems": 4,
              "uniqueItems": true
            },
            "evaluation": {
              "$ref": "vocabulary.schema.json#/definitions/evaluation"
            },
            "tlp": {
              "$ref": "vocabulary.schema.json#/definitions/tlp"
            }
          },
          "required": ["codes", "evaluation", "tlp"],
          "description": "How a notice is to be handled."
        },
        "classification": {
          "$ref": "vocabulary.schema.json#/definitions/classification"
        },
        "addressees": {
          "description": "`all`, or the organisations that may receive.",
          "anyOf": [
            {
              "type": "string",
              "const": "all"
            },
            {
              "type": "array",
              "items": {
                "$ref": "vocabulary.schema.json#/definitions/orgId"
              },
              "minItems": 1,
              "maxItems": 256,
              "uniqueItems": true
            }
          ]
        },
        "excluded": {
          "$ref": "vocabulary.schema.json#/definitions/orgIds"
        },
        "consents": {
          "$ref": "vocabulary.schema.json#/definitions/orgIds"
        },
        "neutralityReview": {
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "reason": {
              "$ref": "vocabulary.schema.json#/definitions/word"
            },
            "submittedBy": {
              "$ref": "vocabulary.schema.json#/definitions/person"
            }
          },
          "required": ["reason"],
          "description": "Set when Article 3 may be touched: another person than the named one approves the notice before it leaves the gateway."
        },
        "breakGlass": {
          "$ref": "vocabulary.schema.json#/definitions/breakGlass"
        },
        "reviewAfter": {
          "$ref": "vocabulary.schema.json#/definitions/duration"
        },
        "expiresAfter": {
          "$ref": "vocabulary.schema.json#/definitions/duration"
        }
      },
      "required": [
        "kind",
        "purpose",
        "minor",
        "crimeAreas",
        "countries",
        "handling",
        "classification",
        "addressees",
        "reviewAfter",
        "expiresAfter"
      ]
    },
    "sections": {
      "$ref": "sections.schema.json"
    }
  },
  "required": ["header", "sections"]
},
{
  "$schema": "http://json-schema.org/draft-07/schema#",
  "$id": "header.schema.json",
  "title": "Header",
  "description": "Always visible and signed; what policy reads. Names nobody.",
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "id": {
      "$ref": "vocabulary.schema.json#/definitions/noticeId"
    },
    "number": {
      "type": "integer",
      "minimum": 1,
      "maximum": 4503599627370496,
      "description": "Rises with every revision of this notice and counts nothing: the signing time in milliseconds, or the last number plus a random step."
    },
    "originator": {
      "$ref": "vocabulary.schema.json#/definitions/orgId"
    },
    "issuedAt": {
      "$ref": "vocabulary.schema.json#/definitions/instant"
    },
    "reviewAt": {
      "$ref": "vocabulary.schema.json#/definitions/instant"
    },
    "expiresAt": {
      "$ref": "vocabulary.schema.json#/definitions/instant"
    },
    "kind": {
      "$ref": "vocabulary.schema.json#/definitions/kind"
    },
    "purpose": {
      "$ref": "vocabulary.schema.json#/definitions/purpose"
    },
    "personStatus": {
      "$ref": "vocabulary.schema.json#/definitions/personStatus"
    },
    "minor": {
      "description": "True when the person is under eighteen.",
      "type": "boolean"
    },
    "crimeAreas": {
      "type": "array",
      "items": {
        "$ref": "vocabulary.schema.json#/definitions/crimeArea"
      },
      "maxItems": 12,
      "uniqueItems": true
    },
    "countries": {
      "type": "array",
      "items": {
        "$ref": "vocabulary.schema.json#/definitions/country"
      },
      "maxItems": 64,
      "uniqueItems": true
    },
    "handling": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "codes": {
          "type": "array",
          "items": {
            "$ref": "vocabulary.schema.json#/definitions/handlingCode"
          },
          "maxItems": 4,
          "uniqueItems": true
        },
        "evaluation": {
          "$ref": "vocabulary.schema.json#/definitions/evaluation"
        },
        "tlp": {
          "$ref": "vocabulary.schema.json#/definitions/tlp"
        }
      },
      "required": ["codes", "evaluation", "tlp"],
      "description": "How a notice is to be handled."
    },
    "classification": {
      "$ref": "vocabulary.schema.json#/definitions/classification"
    },
    "audience": {
      "description": "`listed`: the routing names the addressees.",
      "type": "string",
      "enum": ["all", "listed"]
    },
    "breakGlass": {
      "$ref": "vocabulary.schema.json#/definitions/breakGlass"
    },
    "approval": {
      "description": "Compact JWS of an approver of the originator over the claims of the notice without it; present exactly if the header has `breakGlass` or the routing has `neutralityReview`.",
      "type": "string",
      "maxLength": 1024,
      "pattern": "^[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+$"
    }
  },
  "required": [
    "id",
    "number",
    "originator",
    "issuedAt",
    "reviewAt",
    "expiresAt",
    "kind",
    "purpose",
    "minor",
    "crimeAreas",
    "countries",
    "handling",
    "classification",
    "audience"
  ]
},
{
  "$schema": "http://json-schema.org/draft-07/schema#",
  "$id": "kind-black.schema.json",
  "title": "Black",
  "description": "Information on unidentified bodies.",
  "type": "object",
  "properties": {
    "header": {
      "type": "object",
      "properties": {
        "kind": {
          "const": "black"
        },
        "purpose": {
          "enum": ["identify-person"]
        },
        "personStatus": {
          "enum": ["deceased"]
        }
      },
      "required": ["kind", "purpose", "personStatus"]
    },
    "sections": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "description": true,
        "biometrics": true,
        "documents": true,
        "whereabouts": true,
        "narrative": true,
        "sources": true,
        "media": true,
        "references": true,
        "handlingNote": true
      },
      "required": ["description", "narrative"]
    }
  },
  "required": ["header", "sections"],
  "allOf": [
    {
      "if": {
        "properties": {
          "header": {
            "type": "object",
            "properties": {
              "handling": {
                "type": "object",
                "properties": {
                  "codes": {
                    "type": "array",
                    "contains": {
                      "const": "H3"
                    }
                  }
                }
              }
            }
          }
        }
      },
      "then": {
        "properties": {
          "sections": {
            "type": "object",
            "required": ["handlingNote"]
          }
        }
      }
    }
  ]
},
{
  "$schema": "http://json-schema.org/draft-07/schema#",
  "$id": "kind-blue.schema.json",
  "title": "Blue",
  "description": "Collect more information on a person's identity, location or activities.",
  "type": "object",
  "properties": {
    "header": {
      "type": "object",
      "properties": {
        "kind": {
          "const": "blue"
        },
        "purpose": {
          "enum": ["locate-person", "identify-person", "prosecution-support"]
        },
        "personStatus": {
          "enum": ["wanted", "convicted", "suspect", "witness", "victim"]
        }
      },
      "required": ["kind", "purpose", "personStatus"]
    },
    "sections": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "identity": true,
        "description": true,
        "biometrics": true,
        "documents": true,
        "judicial": true,
        "whereabouts": true,
        "contacts": true,
        "associates": true,
        "assets": true,
        "vehicles": true,
        "modusOperandi": true,
        "narrative": true,
        "sources": true,
        "media": true,
        "references": true,
        "handlingNote": true
      },
      "required": ["identity", "narrative"]
    }
  },
  "required": ["header", "sections"],
  "allOf": [
    {
      "if": {
        "properties": {
          "header": {
            "type": "object",
            "properties": {
              "handling": {
                "type": "object",
                "properties": {
                  "codes": {
                    "type": "array",
                    "contains": {
                      "const": "H3"
                    }
                  }
                }
              }
            }
          }
        }
      },
      "then": {
        "properties": {
          "sections": {
            "type": "object",
            "required": ["handlingNote"]
          }
        }
      }
    }
  ]
},
{
  "$schema": "http://json-schema.org/draft-07/schema#",
  "$id": "kind-green.schema.json",
  "title": "Green",
  "description": "Warn about a person's criminal activities, a possible threat to public safety.",
  "type": "object",
  "properties": {
    "header": {
      "type": "object",
      "properties": {
        "kind": {
          "const": "green"
        },
        "purpose": {
          "enum": ["warn", "prevent"]
        },
        "personStatus": {
          "enum": ["convicted", "suspect"]
        }
      },
      "required": ["kind", "purpose", "personStatus"]
    },
    "sections": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "identity": true,
        "description": true,
        "biometrics": true,
        "documents": true,
        "judicial": true,
        "whereabouts": true,
        "contacts": true,
        "associates": true,
        "vehicles": true,
        "modusOperandi": true,
        "threat": true,
        "narrative": true,
        "sources": true,
        "media": true,
        "references": true,
        "handlingNote": true
      },
      "required": ["identity", "threat", "narrative"]
    }
  },
  "required": ["header", "sections"],
  "allOf": [
    {
      "if": {
        "properties": {
          "header": {
            "type": "object",
            "properties": {
              "handling": {
                "type": "object",
                "properties": {
                  "codes": {
                    "type": "array",
                    "contains": {
                      "const": "H3"
                    }
                  }
                }
              }
            }
          }
        }
      },
      "then": {
        "properties": {
          "sections": {
            "type": "object",
            "required": ["handlingNote"]
          }
        }
      }
    }
  ]
},
{
  "$schema": "http://json-schema.org/draft-07/schema#",
  "$id": "kind-orange.schema.json",
  "title": "Orange",
  "description": "An event, person, object or process that is a serious and imminent threat.",
  "type": "object",
  "properties": {
    "header": {
      "type": "object",
      "properties": {
        "kind": {
          "const": "orange"
        },
        "purpose": {
          "enum": ["warn", "prevent"]
        },
        "personStatus": {
          "enum": ["suspect", "wanted", "convicted"]
        }
      },
      "required": ["kind", "purpose"]
    },
    "sections": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "identity": true,
        "description": true,
        "whereabouts": true,
        "vehicles": true,
        "modusOperandi": true,
        "threat": true,
        "narrative": true,
        "sources": true,
        "media": true,
        "references": true,
        "handlingNote": true
      },
      "required": ["threat", "narrative"]
    }
  },
  "required": ["header", "sections"],
  "allOf": [
    {
      "if": {
        "properties": {
          "header": {
            "type": "object",
            "properties": {
              "handling": {
                "type": "object",
                "properties": {
                  "codes": {
                    "type": "array",
                    "contains": {
                      "const": "H3"
                    }
                  }
                }
              }
            }
          }
        }
      },
      "then": {
        "properties": {
          "sections": {
            "type": "object",
            "required": ["handlingNote"]
          }
        }
      }
    }
  ]
},
{
  "$schema": "http://json-schema.org/draft-07/schema#",
  "$id": "kind-purple.schema.json",
  "title": "Purple",
  "description": "Modus operandi, objects, devices and concealment methods.",
  "type": "object",
  "properties": {
    "header": {
      "type": "object",
      "properties": {
        "kind": {
          "const": "purple"
        },
        "purpose": {
          "enum": ["prevent", "warn"]
        },
        "personStatus": false
      },
      "required": ["kind", "purpose"]
    },
    "sections": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "description": true,
        "vehicles": true,
        "modusOperandi": true,
        "threat": true,
        "narrative": true,
        "sources": true,
        "media": true,
        "references": true,
        "handlingNote": true
      },
      "required": ["modusOperandi", "narrative"]
    }
  },
  "required": ["header", "sections"],
  "allOf": [
    {
      "if": {
        "properties": {
          "header": {
            "type": "object",
            "properties": {
              "handling": {
                "type": "object",
                "properties": {
                  "codes": {
                    "type": "array",
                    "contains": {
                      "const": "H3"
                    }
                  }
                }
              }
            }
          }
        }
      },
      "then": {
        "properties": {
          "sections": {
            "type": "object",
            "required": ["handlingNote"]
          }
        }
      }
    }
  ]
},
{
  "$schema": "http://json-schema.org/draft-07/schema#",
  "$id": "kind-red.schema.json",
  "title": "Red",
  "description": "Locate and arrest a person wanted for prosecution or to serve a sentence.",
  "type": "object",
  "properties": {
    "header": {
      "type": "object",
      "properties": {
        "kind": {
          "const": "red"
        },
        "purpose": {
          "enum": ["arrest", "prosecution-support"]
        },
        "personStatus": {
          "enum": ["wanted", "convicted"]
        }
      },
      "required": ["kind", "purpose", "personStatus"]
    },
    "sections": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "identity": true,
        "description": true,
        "biometrics": true,
        "documents": true,
        "judicial": true,
        "whereabouts": true,
        "contacts": true,
        "associates": true,
        "vehicles": true,
        "threat": true,
        "narrative": true,
        "sources": true,
        "media": true,
        "references": true,
        "handlingNote": true
      },
      "required": ["identity", "judicial", "narrative"]
    }
  },
  "required": ["header", "sections"],
  "allOf": [
    {
      "if": {
        "properties": {
          "header": {
            "type": "object",
            "properties": {
              "handling": {
                "type": "object",
                "properties": {
                  "codes": {
                    "type": "array",
                    "contains": {
                      "const": "H3"
                    }
                  }
                }
              }
            }
          }
        }
      },
      "then": {
        "properties": {
          "sections": {
            "type": "object",
            "required": ["handlingNote"]
          }
        }
      }
    },
    {
      "properties": {
        "sections": {
          "type": "object",
          "properties": {
            "judicial": {
              "type": "object",
              "properties": {
                "offences": {
                  "type": "array",
                  "items": {
                    "type": "object",
                    "properties": {
                      "category": {
                        "const": "ordinary-law"
                      },
                      "serious": {
                        "const": true
                      }
                    }
                  }
                }
              }
            }
          }
        }
      }
    },
    {
      "if": {
        "properties": {
          "header": {
            "type": "object",
            "required": ["personStatus"],
            "properties": {
              "personStatus": {
                "const": "wanted"
              }
            }
          }
        }
      },
      "then": {
        "properties": {
          "sections": {
            "type": "object",
            "properties": {
              "judicial": {
                "type": "object",
                "properties": {
                  "basis": {
                    "const": "prosecution"
                  },
                  "offences": {
                    "description": "An offence with a maximum penalty of two years or more.",
                    "type": "array",
                    "contains": {
                      "type": "object",
                      "properties": {
                        "maximumPenaltyYears": {
                          "type": "integer",
                          "minimum": 2
                        }
                      }
                    }
                  }
                }
              }
            }
          }
        }
      }
    },
    {
      "if": {
        "properties": {
          "header": {
            "type": "object",
            "required": ["personStatus"],
            "properties": {
              "personStatus": {
                "const": "convicted"
              }
            }
          }
        }
      },
      "then": {
        "properties": {
          "sections": {
            "type": "object",
            "properties": {
              "judicial": {
                "type": "object",
                "properties": {
                  "basis": {
                    "const": "sentence"
                  },
                  "sentenceRemainingMonths": {
                    "type": "integer",
                    "minimum": 6
                  }
                },
                "required": ["sentenceRemainingMonths"]
              }
            }
          }
        }
      }
    }
  ]
},
{
  "$schema": "http://json-schema.org/draft-07/schema#",
  "$id": "kind-silver.schema.json",
  "title": "Silver",
  "description": "Locate, identify and get information on criminal assets.",
  "type": "object",
  "properties": {
    "header": {
      "type": "object",
      "properties": {
        "kind": {
          "const": "silver"
        },
        "purpose": {
          "enum": ["asset-recovery"]
        },
        "personStatus": {
          "enum": ["wanted", "convicted", "suspect"]
        }
      },
      "required": ["kind", "purpose", "personStatus"]
    },
    "sections": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "identity": true,
        "documents": true,
        "judicial": true,
        "whereabouts": true,
        "associates": true,
        "assets": true,
        "vehicles": true,
        "narrative": true,
        "sources": true,
        "media": true,
        "references": true,
        "handlingNote": true
      },
      "required": ["assets", "narrative"]
    }
  },
  "required": ["header", "sections"],
  "allOf": [
    {
      "if": {
        "properties": {
          "header": {
            "type": "object",
            "properties": {
              "handling": {
                "type": "object",
                "properties": {
                  "codes": {
                    "type": "array",
                    "contains": {
                      "const": "H3"
                    }
                  }
                }
              }
            }
          }
        }
      },
      "then": {
        "properties": {
          "sections": {
            "type": "object",
            "required": ["handlingNote"]
          }
        }
      }
    }
  ]
},
{
  "$schema": "http://json-schema.org/draft-07/schema#",
  "$id": "kind-un-special.schema.json",
  "title": "UN special",
  "description": "Persons and entities under United Nations Security Council sanctions; always public.",
  "type": "object",
  "properties": {
    "header": {
      "type": "object",
      "properties": {
        "kind": {
          "const": "un-special"
        },
        "purpose": {
          "enum": ["sanctions"]
        },
        "personStatus": {
          "enum": ["suspect", "wanted", "convicted"]
        },
        "classification": {
          "const": "basic"
        },
        "audience": {
          "const": "all"
        },
        "addressees": {
          "const": "all"
        },
        "excluded": {
          "type": "array",
          "maxItems": 0
        },
        "handling": {
          "type": "object",
          "properties": {
            "codes": {
              "type": "array",
              "maxItems": 0
            }
          }
        }
      },
      "required": ["kind", "purpose"]
    },
    "sections": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "identity": true,
        "description": true,
        "biometrics": true,
        "documents": true,
        "whereabouts": true,
        "associates": true,
        "assets": true,
        "narrative": true,
        "media": true,
        "references": true
      },
      "required": ["identity", "narrative", "references"]
    },
    "routing": {
      "type": "object",
      "properties": {
        "excluded": {
          "type": "array",
          "maxItems": 0
        }
      }
    }
  },
  "required": ["header", "sections"]
},
{
  "$schema": "http://json-schema.org/draft-07/schema#",
  "$id": "kind-yellow.schema.json",
  "title": "Yellow",
  "description": "Locate a missing person, or identify one unable to identify themselves.",
  "type": "object",
  "properties": {
    "header": {
      "type": "object",
      "properties": {
        "kind": {
          "const": "yellow"
        },
        "purpose": {
          "enum": ["locate-person", "identify-person"]
        },
        "personStatus": {
          "enum": ["missing", "victim"]
        }
      },
      "required": ["kind", "purpose", "personStatus"]
    },
    "sections": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "identity": true,
        "description": true,
        "biometrics": true,
        "documents": true,
        "whereabouts": true,
        "contacts": true,
        "associates": true,
        "vehicles": true,
        "narrative": true,
        "sources": true,
        "media": true,
        "references": true,
        "handlingNote": true
      },
      "required": ["description", "narrative"]
    }
  },
  "required": ["header", "sections"],
  "allOf": [
    {
      "if": {
        "properties": {
          "header": {
            "type": "object",
            "properties": {
              "handling": {
                "type": "object",
                "properties": {
                  "codes": {
                    "type": "array",
                    "contains": {
                      "const": "H3"
                    }
                  }
                }
              }
            }
          }
        }
      },
      "then": {
        "properties": {
          "sections": {
            "type": "object",
            "required": ["handlingNote"]
          }
        }
      }
    }
  ]
},
{
  "$schema": "http://json-schema.org/draft-07/schema#",
  "$id": "notice.schema.json",
  "title": "Notice",
  "description": "The whole document; its kind says which sections it has.",
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "header": {
      "$ref": "header.schema.json"
    },
    "routing": {
      "$ref": "routing.schema.json"
    },
    "sections": {
      "$ref": "sections.schema.json"
    }
  },
  "required": ["header", "routing", "sections"],
  "if": {
    "properties": {
      "header": {
        "type": "object",
        "properties": {
          "audience": {
            "const": "listed"
          }
        }
      }
    }
  },
  "then": {
    "properties": {
      "routing": {
        "type": "object",
        "required": ["addressees"]
      }
    }
  },
  "else": {
    "properties": {
      "routing": {
        "type": "object",
        "properties": {
          "addressees": false
        }
      }
    }
  }
},
{
  "$schema": "http://json-schema.org/draft-07/schema#",
  "$id": "routing.schema.json",
  "title": "Routing",
  "description": "For the router alone, never delivered.",
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "addressees": {
      "description": "With audience `listed`: who may receive.",
      "type": "array",
      "items": {
        "$ref": "vocabulary.schema.json#/definitions/orgId"
      },
      "minItems": 1,
      "maxItems": 256,
      "uniqueItems": true
    },
    "excluded": {
      "$ref": "vocabulary.schema.json#/definitions/orgIds"
    },
    "consents": {
      "$ref": "vocabulary.schema.json#/definitions/orgIds"
    },
    "neutralityReview": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "reason": {
          "$ref": "vocabulary.schema.json#/definitions/word"
        },
        "submittedBy": {
          "$ref": "vocabulary.schema.json#/definitions/person"
        }
      },
      "required": ["reason", "submittedBy"],
      "description": "Set when Article 3 may be touched: another person than the named one approves the notice before it leaves the gateway."
    }
  },
  "required": ["excluded", "consents"]
},
{
  "$schema": "http://json-schema.org/draft-07/schema#",
  "$id": "sections.schema.json",
  "title": "Sections",
  "description": "Every section there is; which of them a kind has is said by its own schema.",
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "identity": {
      "$ref": "#/definitions/identity"
    },
    "description": {
      "$ref": "#/definitions/description"
    },
    "biometrics": {
      "$ref": "#/definitions/biometrics"
    },
    "documents": {
      "$ref": "#/definitions/documents"
    },
    "judicial": {
      "$ref": "#/definitions/judicial"
    },
    "whereabouts": {
      "$ref": "#/definitions/whereabouts"
    },
    "contacts": {
      "$ref": "#/definitions/contacts"
    },
    "associates": {
      "$ref": "#/definitions/associates"
    },
    "assets": {
      "$ref": "#/definitions/assets"
    },
    "vehicles": {
      "$ref": "#/definitions/vehicles"
    },
    "modusOperandi": {
      "$ref": "#/definitions/modusOperandi"
    },
    "threat": {
      "$ref": "#/definitions/threat"
    },
    "narrative": {
      "$ref": "#/definitions/narrative"
    },
    "sources": {
      "$ref": "#/definitions/sources"
    },
    "media": {
      "$ref": "#/definitions/media"
    },
    "references": {
      "$ref": "#/definitions/references"
    },
    "handlingNote": {
      "$ref": "#/definitions/handlingNote"
    }
  },
  "definitions": {
    "identity": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "familyName": {
          "$ref": "vocabulary.schema.json#/definitions/word"
        },
        "givenNames": {
          "$ref": "vocabulary.schema.json#/definitions/words"
        },
        "aliases": {
          "$ref": "vocabulary.schema.json#/definitions/words"
        },
        "entityName": {
          "$ref": "vocabulary.schema.json#/definitions/word"
        },
        "dateOfBirth": {
          "$ref": "vocabulary.schema.json#/definitions/date"
        },
        "placeOfBirth": {
          "$ref": "vocabulary.schema.json#/definitions/word"
        },
        "sex": {
          "description": "As documents state it.",
          "type": "string",
          "enum": ["female", "male", "other", "unknown"]
        },
        "nationalities": {
          "type": "array",
          "items": {
            "$ref": "vocabulary.schema.json#/definitions/country"
          },
          "maxItems": 16
        },
        "remarks": {
          "$ref": "vocabulary.schema.json#/definitions/text"
        }
      },
      "description": "Who the person or entity is.",
      "anyOf": [
        {
          "required": ["familyName"]
        },
        {
          "required": ["entityName"]
        }
      ]
    },
    "description": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "heightCm": {
          "type": "integer",
          "minimum": 30,
          "maximum": 260
        },
        "weightKg": {
          "type": "integer",
          "minimum": 2,
          "maximum": 400
        },
        "build": {
          "$ref": "vocabulary.schema.json#/definitions/word"
        },
        "hair": {
          "$ref": "vocabulary.schema.json#/definitions/word"
        },
        "eyes": {
          "$ref": "vocabulary.schema.json#/definitions/word"
        },
        "distinguishingMarks": {
          "$ref": "vocabulary.schema.json#/definitions/words"
        },
        "clothing": {
          "$ref": "vocabulary.schema.json#/definitions/words"
        },
        "objects": {
          "$ref": "vocabulary.schema.json#/definitions/words"
        },
        "remarks": {
          "$ref": "vocabulary.schema.json#/definitions/text"
        }
      },
      "minProperties": 1,
      "description": "What the person or object looks like."
    },
    "biometrics": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "fingerprints": {
          "type": "array",
          "items": {
            "type": "object",
            "additionalProperties": false,
            "properties": {
              "format": {
                "description": "Encoding of the sample.",
                "type": "string",
                "enum": ["ansi-nist", "iso-19794"]
              },
              "data": {
                "$ref": "vocabulary.schema.json#/definitions/data"
              }
            },
            "required": ["format", "data"]
          },
          "maxItems": 10
        },
        "facialImages": {
          "type": "array",
          "items": {
            "type": "object",
            "additionalProperties": false,
            "properties": {
              "format": {
                "description": "Encoding of the image.",
                "type": "string",
                "enum": ["jpeg", "png"]
              },
              "data": {
                "$ref": "vocabulary.schema.json#/definitions/data"
              }
            },
            "required": ["format", "data"]
          },
          "maxItems": 8
        },
        "dnaProfiles": {
          "type": "array",
          "items": {
            "type": "object",
            "additionalProperties": false,
            "properties": {
              "kit": {
                "$ref": "vocabulary.schema.json#/definitions/word"
              },
              "loci": {
                "$ref": "vocabulary.schema.json#/definitions/word"
              }
            },
            "required": ["kit", "loci"]
          },
          "maxItems": 8
        },
        "remarks": {
          "$ref": "vocabulary.schema.json#/definitions/text"
        }
      },
      "minProperties": 1,
      "description": "Samples that identify a body."
    },
    "documents": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "items": {
          "type": "array",
          "items": {
            "type": "object",
            "additionalProperties": false,
            "properties": {
              "type": {
                "description": "Kind of document.",
                "type": "string",
                "enum": ["passport", "identity-card", "driving-licence", "residence-permit", "other"]
              },
              "number": {
                "$ref": "vocabulary.schema.json#/definitions/word"
              },
              "country": {
                "$ref": "vocabulary.schema.json#/definitions/country"
              },
              "issuedOn": {
                "$ref": "vocabulary.schema.json#/definitions/date"
              },
              "status": {
                "description": "What is known of it.",
                "type": "string",
                "enum": ["valid", "expired", "lost", "stolen", "revoked"]
              }
            },
            "required": ["type", "number"]
          },
          "maxItems": 32,
          "minItems": 1
        },
        "remarks": {
          "$ref": "vocabulary.schema.json#/definitions/text"
        }
      },
      "required": ["items"],
      "description": "Identity and travel documents."
    },
    "judicial": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "basis": {
          "description": "What the request rests on.",
          "type": "string",
          "enum": ["prosecution", "sentence"]
        },
        "offences": {
          "type": "array",
          "items": {
            "type": "object",
            "additionalProperties": false,
            "properties": {
              "description": {
                "$ref": "vocabulary.schema.json#/definitions/word"
              },
              "article": {
                "$ref": "vocabulary.schema.json#/definitions/word"
              },
              "category": {
                "description": "Only ordinary law may found a red notice.",
                "type": "string",
                "enum": ["ordinary-law", "family", "private", "administrative"]
              },
              "serious": {
                "type": "boolean"
              },
              "maximumPenaltyYears": {
                "description": "99 for life.",
                "type": "integer",
                "minimum": 0,
                "maximum": 99
              }
            },
            "required": ["description", "category", "serious", "maximumPenaltyYears"]
          },
          "maxItems": 16,
          "minItems": 1
        },
        "sentenceRemainingMonths": {
          "type": "integer",
          "minimum": 0,
          "maximum": 1200
        },
        "warrant": {
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "authority": {
              "$ref": "vocabulary.schema.json#/definitions/word"
            },
            "reference": {
              "$ref": "vocabulary.schema.json#/definitions/word"
            },
            "issuedOn": {
              "$ref": "vocabulary.schema.json#/definitions/date"
            },
            "country": {
              "$ref": "vocabulary.schema.json#/definitions/country"
            }
          },
          "required": ["authority", "reference", "issuedOn", "country"]
        },
        "remarks": {
          "$ref": "vocabulary.schema.json#/definitions/text"
        }
      },
      "required": ["basis", "offences"],
      "description": "The judicial basis."
    },
    "whereabouts": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "items": {
          "type": "array",
          "items": {
            "type": "object",
            "additionalProperties": false,
            "properties": {
              "place": {
                "$ref": "vocabulary.schema.json#/definitions/word"
              },
              "country": {
                "$ref": "vocabulary.schema.json#/definitions/country"
              },
              "seenOn": {
                "$ref": "vocabulary.schema.json#/definitions/date"
              },
              "confidence": {
                "description": "How sure it is.",
                "type": "string",
                "enum": ["low", "medium", "high"]
              }
            },
            "required": ["place"]
          },
          "maxItems": 32,
          "minItems": 1
        },
        "remarks": {
          "$ref": "vocabulary.schema.json#/definitions/text"
        }
      },
      "required": ["items"],
      "description": "Where the person or object was or may be."
    },
    "contacts": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "items": {
          "type": "array",
          "items": {
            "type": "object",
            "additionalProperties": false,
            "properties": {
              "type": {
                "description": "Kind of contact.",
                "type": "string",
                "enum": ["phone", "email", "address", "account"]
              },
              "value": {
                "$ref": "vocabulary.schema.json#/definitions/word"
              }
            },
            "required": ["type", "value"]
          },
          "maxItems": 32,
          "minItems": 1
        },
        "remarks": {
          "$ref": "vocabulary.schema.json#/definitions/text"
        }
      },
      "required": ["items"],
      "description": "How the person is reached."
    },
    "associates": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "items": {
          "type": "array",
          "items": {
            "type": "object",
            "additionalProperties": false,
            "properties": {
              "name": {
                "$ref": "vocabulary.schema.json#/definitions/word"
              },
              "relation": {
                "$ref": "vocabulary.schema.json#/definitions/word"
              }
            },
            "required": ["name", "relation"]
          },
          "maxItems": 32,
          "minItems": 1
        },
        "remarks": {
          "$ref": "vocabulary.schema.json#/definitions/text"
        }
      },
      "required": ["items"],
      "description": "With whom."
    },
    "assets": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "items": {
          "type": "array",
          "items": {
            "type": "object",
            "additionalProperties": false,
            "properties": {
              "type": {
                "description": "Kind of asset.",
                "type": "string",
                "enum": ["bank-account", "real-estate", "vehicle", "crypto-asset", "company", "other"]
              },
              "description": {
                "$ref": "vocabulary.schema.json#/definitions/word"
              },
              "identifier": {
                "$ref": "vocabulary.schema.json#/definitions/word"
              },
              "country": {
                "$ref": "vocabulary.schema.json#/definitions/country"
              },
              "valueEur": {
                "type": "integer",
                "minimum": 0,
                "maximum": 9007199254740991
              }
            },
            "required": ["type", "description"]
          },
          "maxItems": 32,
          "minItems": 1
        },
        "remarks": {
          "$ref": "vocabulary.schema.json#/definitions/text"
        }
      },
      "required": ["items"],
      "description": "Assets that may come from crime."
    },
    "vehicles": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "items": {
          "type": "array",
          "items": {
            "type": "object",
            "additionalProperties": false,
            "properties": {
              "type": {
                "description": "Kind of vehicle.",
                "type": "string",
                "enum": ["car", "motorcycle", "truck", "boat", "aircraft", "other"]
              },
              "make": {
                "$ref": "vocabulary.schema.json#/definitions/word"
              },
              "model": {
                "$ref": "vocabulary.schema.json#/definitions/word"
              },
              "plate": {
                "$ref": "vocabulary.schema.json#/definitions/word"
              },
              "country": {
                "$ref": "vocabulary.schema.json#/definitions/country"
              }
            },
            "required": ["type"]
          },
          "maxItems": 32,
          "minItems": 1
        },
        "remarks": {
          "$ref": "vocabulary.schema.json#/definitions/text"
        }
      },
      "required": ["items"],
      "description": "Vehicles of the case."
    },
    "modusOperandi": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "summary": {
          "$ref": "vocabulary.schema.json#/definitions/text"
        },
        "steps": {
          "$ref": "vocabulary.schema.json#/definitions/words"
        },
        "objects": {
          "$ref": "vocabulary.schema.json#/definitions/words"
        },
        "concealment": {
          "$ref": "vocabulary.schema.json#/definitions/words"
        },
        "remarks": {
          "$ref": "vocabulary.schema.json#/definitions/text"
        }
      },
      "required": ["summary"],
      "description": "How it is done."
    },
    "threat": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "level": {
          "description": "How near it is.",
          "type": "string",
          "enum": ["low", "medium", "high", "imminent"]
        },
        "description": {
          "$ref": "vocabulary.schema.json#/definitions/text"
        },
        "precautions": {
          "$ref": "vocabulary.schema.json#/definitions/words"
        },
        "remarks": {
          "$ref": "vocabulary.schema.json#/definitions/text"
        }
      },
      "required": ["level", "description"],
      "description": "What is to be feared."
    },
    "narrative": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "text": {
          "$ref": "vocabulary.schema.json#/definitions/text"
        },
        "remarks": {
          "$ref": "vocabulary.schema.json#/definitions/text"
        }
      },
      "required": ["text"],
      "description": "The facts of the case."
    },
    "sources": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "items": {
          "type": "array",
          "items": {
            "type": "object",
            "additionalProperties": false,
            "properties": {
              "description": {
                "$ref": "vocabulary.schema.json#/definitions/word"
              },
              "evaluation": {
                "$ref": "vocabulary.schema.json#/definitions/evaluation"
              }
            },
            "required": ["description"]
          },
          "maxItems": 32,
          "minItems": 1
        },
        "remarks": {
          "$ref": "vocabulary.schema.json#/definitions/text"
        }
      },
      "required": ["items"],
      "description": "Where it comes from."
    },
    "media": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "items": {
          "type": "array",
          "items": {
            "type": "object",
            "additionalProperties": false,
            "properties": {
              "type": {
                "description": "Kind of medium.",
                "type": "string",
                "enum": ["photograph", "drawing", "audio", "video-still"]
              },
              "caption": {
                "$ref": "vocabulary.schema.json#/definitions/word"
              },
              "data": {
                "$ref": "vocabulary.schema.json#/definitions/data"
              }
            },
            "required": ["type", "caption"]
          },
          "maxItems": 8,
          "minItems": 1
        },
        "remarks": {
          "$ref": "vocabulary.schema.json#/definitions/text"
        }
      },
      "required": ["items"],
      "description": "Pictures and sound."
    },
    "references": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "notices": {
          "type": "array",
          "items": {
            "$ref": "vocabulary.schema.json#/definitions/noticeId"
          },
          "maxItems": 32,
          "uniqueItems": true
        },
        "external": {
          "$ref": "vocabulary.schema.json#/definitions/words"
        },
        "remarks": {
          "$ref": "vocabulary.schema.json#/definitions/text"
        }
      },
      "minProperties": 1,
      "description": "Related notices and files: content, as they leak what they point at."
    },
    "handlingNote": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "text": {
          "$ref": "vocabulary.schema.json#/definitions/text"
        },
        "remarks": {
          "$ref": "vocabulary.schema.json#/definitions/text"
        }
      },
      "required": ["text"],
      "description": "The text of handling code H3."
    }
  }
},
{
  "$schema": "http://json-schema.org/draft-07/schema#",
  "$id": "vocabulary.schema.json",
  "title": "Vocabulary",
  "description": "The words that other schemas use. Lengths count UTF-16 units, as ajv runs with `unicode: false`.",
  "definitions": {
    "kind": {
      "description": "What a notice asks for.",
      "type": "string",
      "enum": ["red", "yellow", "blue", "black", "green", "orange", "purple", "un-special", "silver"]
    },
    "section": {
      "description": "A part that policy discloses or withholds as a whole.",
      "type": "string",
      "enum": [
        "identity",
        "description",
        "biometrics",
        "documents",
        "judicial",
        "whereabouts",
        "contacts",
        "associates",
        "assets",
        "vehicles",
        "modusOperandi",
        "threat",
        "narrative",
        "sources",
        "media",
        "references",
        "handlingNote"
      ]
    },
    "purpose": {
      "description": "What recipients may use a notice for.",
      "type": "string",
      "enum": [
        "arrest",
        "prosecution-support",
        "locate-person",
        "identify-person",
        "warn",
        "prevent",
        "asset-recovery",
        "sanctions"
      ]
    },
    "personStatus": {
      "description": "The part the person has in the case.",
      "type": "string",
      "enum": ["wanted", "convicted", "suspect", "witness", "missing", "victim", "deceased"]
    },
    "breakGlass": {
      "description": "Why a named person uses break-glass, which opens what rules open for it alone.",
      "type": "string",
      "enum": ["threat-to-life", "imminent-attack", "missing-child", "escape"]
    },
    "crimeArea": {
      "description": "The area of crime.",
      "type": "string",
      "enum": [
        "terrorism",
        "foreign-terrorist-fighters",
        "cybercrime",
        "trafficking-persons",
        "trafficking-drugs",
        "trafficking-arms",
        "financial-crime",
        "child-abuse",
        "organised-crime",
        "environmental-crime",
        "war-crimes",
        "other"
      ]
    },
    "country": {
      "description": "ISO 3166-1 alpha-2.",
      "type": "string",
      "enum": [
        "AD",
        "AE",
        "AF",
        "AG",
        "AI",
        "AL",
        "AM",
        "AO",
        "AQ",
        "AR",
        "AS",
        "AT",
        "AU",
        "AW",
        "AX",
        "AZ",
        "BA",
        "BB",
        "BD",
        "BE",
        "BF",
        "BG",
        "BH",
        "BI",
        "BJ",
        "BL",
        "BM",
        "BN",
        "BO",
        "BQ",
        "BR",
        "BS",
        "BT",
        "BV",
        "BW",
        "BY",
        "BZ",
        "CA",
        "CC",
        "CD",
        "CF",
        "CG",
        "CH",
        "CI",
        "CK",
        "CL",
        "CM",
        "CN",
        "CO",
        "CR",
        "CU",
        "CV",
        "CW",
        "CX",
        "CY",
        "CZ",
        "DE",
        "DJ",
        "DK",
        "DM",
        "DO",
        "DZ",
        "EC",
        "EE",
        "EG",
        "EH",
        "ER",
        "ES",
        "ET",
        "FI",
        "FJ",
        "FK",
        "FM",
        "FO",
        "FR",
        "GA",
        "GB",
        "GD",
        "GE",
        "GF",
        "GG",
        "GH",
        "GI",
        "GL",
        "GM",
        "GN",
        "GP",
        "GQ",
        "GR",
        "GS",
        "GT",
        "GU",
        "GW",
        "GY",
        "HK",
        "HM",
        "HN",
        "HR",
        "HT",
        "HU",
        "ID",
        "IE",
        "IL",
        "IM",
        "IN",
        "IO",
        "IQ",
        "IR",
        "IS",
        "IT",
        "JE",
        "JM",
        "JO",
        "JP",
        "KE",
        "KG",
        "KH",
        "KI",
        "KM",
        "KN",
        "KP",
        "KR",
        "KW",
        "KY",
        "KZ",
        "LA",
        "LB",
        "LC",
        "LI",
        "LK",
        "LR",
        "LS",
        "LT",
        "LU",
        "LV",
        "LY",
        "MA",
        "MC",
        "MD",
        "ME",
        "MF",
        "MG",
        "MH",
        "MK",
        "ML",
        "MM",
        "MN",
        "MO",
        "MP",
        "MQ",
        "MR",
        "MS",
        "MT",
        "MU",
        "MV",
        "MW",
        "MX",
        "MY",
        "MZ",
        "NA",
        "NC",
        "NE",
        "NF",
        "NG",
        "NI",
        "NL",
        "NO",
        "NP",
        "NR",
        "NU",
        "NZ",
        "OM",
        "PA",
        "PE",
        "PF",
        "PG",
        "PH",
        "PK",
        "PL",
        "PM",
        "PN",
        "PR",
        "PS",
        "PT",
        "PW",
        "PY",
        "QA",
        "RE",
        "RO",
        "RS",
        "RU",
        "RW",
        "SA",
        "SB",
        "SC",
        "SD",
        "SE",
        "SG",
        "SH",
        "SI",
        "SJ",
        "SK",
        "SL",
        "SM",
        "SN",
        "SO",
        "SR",
        "SS",
        "ST",
        "SV",
        "SX",
        "SY",
        "SZ",
        "TC",
        "TD",
        "TF",
        "TG",
        "TH",
        "TJ",
        "TK",
        "TL",
        "TM",
        "TN",
        "TO",
        "TR",
        "TT",
        "TV",
        "TW",
        "TZ",
        "UA",
        "UG",
        "UM",
        "US",
        "UY",
        "UZ",
        "VA",
        "VC",
        "VE",
        "VG",
        "VI",
        "VN",
        "VU",
        "WF",
        "WS",
        "YE",
        "YT",
        "ZA",
        "ZM",
        "ZW"
      ]
    },
    "handlingCode": {
      "description": "Europol handling code.",
      "type": "string",
      "enum": ["H0", "H1", "H2", "H3"]
    },
    "tlp": {
      "description": "Traffic Light Protocol 2.0: carried, never the only gate.",
      "type": "string",
      "enum": ["clear", "green", "amber", "amber+strict", "red"]
    },
    "classification": {
      "description": "basic < restricted < confidential.",
      "type": "string",
      "enum": ["basic", "restricted", "confidential"]
    },
    "evaluation": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "source": {
          "description": "Reliability of the source.",
          "type": "string",
          "enum": ["A", "B", "C", "X"]
        },
        "information": {
          "description": "Reliability of the information.",
          "type": "string",
          "enum": ["1", "2", "3", "4"]
        }
      },
      "required": ["source", "information"],
      "description": "4x4 evaluation."
    },
    "orgId": {
      "description": "An organisation of the directory.",
      "type": "string",
      "pattern": "^[a-z0-9][a-z0-9-]{0,63}$",
      "maxLength": 64
    },
    "orgIds": {
      "type": "array",
      "items": {
        "$ref": "#/definitions/orgId"
      },
      "maxItems": 256,
      "uniqueItems": true
    },
    "noticeId": {
      "description": "UUID version 7, lower case.",
      "type": "string",
      "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$",
      "maxLength": 36
    },
    "instant": {
      "description": "UTC, whole seconds.",
      "type": "string",
      "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$",
      "format": "date-time",
      "maxLength": 20
    },
    "date": {
      "description": "A calendar day.",
      "type": "string",
      "format": "date",
      "maxLength": 10
    },
    "duration": {
      "description": "An ISO 8601 duration of one unit, such as P6M or PT12H, at most five years.",
      "type": "string",
      "pattern": "^P(?:[1-5]Y|[1-9][0-9]?M|[1-9][0-9]{0,2}W|[1-9][0-9]{0,3}D|T[1-9][0-9]{0,4}[HMS])$",
      "maxLength": 8
    },
    "word": {
      "description": "A short text on one line.",
      "$comment": "No text has U+202A to U+202E or U+2066 to U+2069: they make it read otherwise than it is. No script needs them.",
      "type": "string",
      "minLength": 1,
      "maxLength": 200,
      "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069]*$"
    },
    "words": {
      "type": "array",
      "items": {
        "$ref": "#/definitions/word"
      },
      "maxItems": 32
    },
    "person": {
      "description": "The name of a person.",
      "type": "string",
      "minLength": 1,
      "maxLength": 200,
      "pattern": "^[^\\s\\u0000-\\u001f\\u007f-\\u009f\\u202a-\\u202e\\u2066-\\u2069][^\\u0000-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069]*$"
    },
    "text": {
      "description": "Free text.",
      "type": "string",
      "minLength": 1,
      "maxLength": 131072,
      "pattern": "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f\\u202a-\\u202e\\u2066-\\u2069]*$"
    },
    "data": {
      "description": "Base64.",
      "type": "string",
      "minLength": 4,
      "maxLength": 131072,
      "pattern": "^[A-Za-z0-9+/]*={0,2}$"
    }
  }
},
];
